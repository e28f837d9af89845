import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import { defaultModel } from '../../support/defaultModel.ts';

const prompt = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n\nexport function subtract(';
const code = { prefix: 'def mean(values):\n    total = 0\n    for ', suffix: '', path: 'a.py', maxTokens: 12, multiline: false };
const ahead = { prefix: prompt, suffix: '', path: 'a.ts', maxTokens: 40, multiline: true, ahead: true };
const alone = { memory: false, speculate: false };

const engine = new Engine();
beforeAll(async () => {
  const params = { role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 512 } as const;
  await engine.open(params, { precision: 'float32' });
});
afterAll(() => engine.close());

type Told = (piece: string) => void;

it.each([
  [
    'a text continued for the chat',
    (told?: Told) => engine.continueText('chat', { prompt, maxTokens: 40, ...alone }, undefined, told),
  ],
  ['a completion computed ahead', (told?: Told) => engine.complete({ ...ahead, ...alone }, undefined, told)],
])('with one model open, a completion interrupts %s, and both say what they say alone', async (_, start) => {
  const complete = () => engine.complete({ ...code, ...alone });
  const expected = [(await start()).text, (await complete()).text];
  const ended: string[] = [];
  let completion: ReturnType<typeof complete> | undefined;
  let pieces = 0;
  const long = await start(() => {
    if (++pieces !== 3) return;
    completion = complete();
    void completion.then(() => ended.push('completion'));
  });
  ended.push('long');
  expect([long.text, (await completion)?.text]).toEqual(expected);
  expect(ended).toEqual(['completion', 'long']);
});
