import { expect, test } from 'vitest';
import { cancelled } from '../../../engine/index.ts';
import type { SilenceReason } from '../../../extension/completion/silence.ts';
import { typingTable } from './typingReport.ts';
import type { Key } from './typist.ts';
import { NOTHING_IN_VAIN, Watched } from './watched.ts';

const stats = { promptTokens: 9, reusedTokens: 0, generatedTokens: 8, drafted: 4, accepted: 3, prefillMs: 1, decodeMs: 1 };
const params = { suffix: '', path: 'a.ts', maxTokens: 9, multiline: false };
const never = new AbortController().signal;
const shown = (text: string) => ({ text, elapsedMs: 1 });
const silent = (silence: SilenceReason) => ({ silence });

/** An engine that always gives the same answer in five steps; after `gone ` it is cancelled after three pieces. */
const watched = () =>
  new Watched({
    complete: async ({ prefix }, _signal, onText) => {
      for (const piece of ['all', '(', ');']) onText?.(piece, []);
      if (prefix === 'gone ') throw cancelled();
      return { text: 'all(\n  1);', finish: 'stop', confidence: 1, marks: [], stats };
    },
    candidates: async () => [],
  });

test('steps are counted, and those of which nothing is seen', async () => {
  const engine = watched();
  await engine.complete({ ...params, prefix: 'x = ' }, never);
  await engine.complete({ ...params, prefix: 'y = ' }, never);
  await expect(engine.complete({ ...params, prefix: 'gone ' }, never)).rejects.toThrow();
  expect([engine.steps, engine.inVain]).toEqual([5 + 5 + 3, { ...NOTHING_IN_VAIN, 'called-off': 3, unasked: 10 }]);
  engine.note('x = al', shown('l( 1)'));
  engine.note('z = ', shown('all(1)'));
  expect([engine.steps, engine.inVain]).toEqual([13, { ...NOTHING_IN_VAIN, 'called-off': 3, unasked: 5 }]);
});

test('each computation that is not seen has one cause', async () => {
  const engine = watched();
  for (const prefix of ['a', 'b', 'c', 'd']) await engine.complete({ ...params, prefix }, never);
  for (const prefix of ['e', 'f']) await engine.complete({ ...params, prefix, ahead: true }, never);
  engine.note('a', silent('unlikely'));
  engine.note('b', silent('repeats-document'));
  engine.note('c', silent('unlikely'));
  engine.note('call', shown('(1);'));
  engine.note('d', silent('typed-on'));
  engine.note('f', silent('unlikely'));
  expect(engine.inVain).toEqual({ ahead: 5, unlikely: 10, filtered: 5, 'called-off': 0, unasked: 5 });
});

test('the table of typing: what each key came to, without the first run at a place, and why steps were in vain', () => {
  const key: Key = {
    ...{ ms: 1, suggested: true, computed: true, first: false, promptTokens: 100, reusedTokens: 99, entered: 1, accepted: false },
    ...{ steps: 0, inVain: NOTHING_IN_VAIN, peerMs: 10 },
  };
  const keys = [
    { ...key, first: true, reusedTokens: 0, ms: 50, peerMs: 500 },
    { ...key, ms: 4 },
    { ...key, computed: false, promptTokens: 0, reusedTokens: 0, entered: 7, accepted: true },
    {
      ...key,
      ...{ suggested: false, ms: 1000, peerMs: 1000, steps: 12 },
      inVain: { ahead: 3, unlikely: 6, filtered: 0, 'called-off': 0, unasked: 0 },
    },
  ];
  const table = typingTable([{ name: 'shop', keys }], 'One');
  expect(table).toContain('| shop | 4 | 2.50 | 70.0 % | 25.0 % | 99.0 % | 3.00, 75.0 % | 4.0, 50.0 | 10.0, 500.0 | 0.40 |');
  expect(table).toContain(
    '| repository | steps | ahead | unlikely | filtered | called off | unasked |\n|---|---:|---:|---:|---:|---:|---:|\n',
  );
  expect(table).toContain('| shop | 12 | 25.0 % | 50.0 % | 0.0 % | 0.0 % | 0.0 % |');
});
