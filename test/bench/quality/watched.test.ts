import { expect, test } from 'vitest';
import { cancelled } from '../../../engine/index.ts';
import { typingTable } from './typingReport.ts';
import type { Key } from './typist.ts';
import { Watched } from './watched.ts';

const stats = { promptTokens: 9, reusedTokens: 0, generatedTokens: 8, drafted: 4, accepted: 3, prefillMs: 1, decodeMs: 1 };
const params = { suffix: '', path: 'a.ts', maxTokens: 9, multiline: false };
const never = new AbortController().signal;

test('steps are counted, and those of which nothing is seen', async () => {
  const engine = new Watched({
    complete: async ({ prefix }, _signal, onText) => {
      for (const piece of ['all', '(', ');']) onText?.(piece);
      if (prefix === 'gone ') throw cancelled();
      return { text: 'all(\n  1);', finish: 'stop', confidence: 1, marks: [], stats };
    },
    candidates: async () => [],
  });
  await engine.complete({ ...params, prefix: 'x = ' }, never);
  await engine.complete({ ...params, prefix: 'y = ' }, never);
  await expect(engine.complete({ ...params, prefix: 'gone ' }, never)).rejects.toThrow();
  expect([engine.steps, engine.wasted]).toEqual([5 + 5 + 3, 13]);
  engine.see('x = al', 'l( 1)');
  engine.see('z = ', 'all(1)');
  expect([engine.steps, engine.wasted]).toEqual([13, 8]);
});

test('the table of typing: what each key came to, without the first run at a place', () => {
  const key: Key = {
    ...{ ms: 1, suggested: true, computed: true, first: false, promptTokens: 100, reusedTokens: 99, entered: 1, accepted: false },
    ...{ steps: 0, wasted: 0, peerMs: 10 },
  };
  const keys = [
    { ...key, first: true, reusedTokens: 0, ms: 50, peerMs: 500 },
    { ...key, ms: 4 },
    { ...key, computed: false, promptTokens: 0, reusedTokens: 0, entered: 7, accepted: true },
    { ...key, suggested: false, ms: 1000, peerMs: 1000, steps: 12, wasted: 9 },
  ];
  expect(typingTable([{ name: 'shop', keys }], 'One')).toContain(
    '| shop | 4 | 2.50 | 70.0 % | 25.0 % | 99.0 % | 3.00, 75.0 % | 4.0, 50.0 | 10.0, 500.0 | 0.40 |',
  );
});
