import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { CandidatesParams } from '../../../engine/host/protocol.ts';
import { defaultModel } from '../../support/defaultModel.ts';

const engine = new Engine();
beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 512 });
});
afterAll(() => engine.close());

const START = 'import { readFile } from "node:fs/promises";\n\nexport async function load(path: string) {\n';
const PLACES = [
  `${START}  const text = `,
  `${START}  con`,
  `${START}  const text = await readFile(path);\n  return `,
  'def total(rows):\n    return sum(',
  'for (let i = 0; i < ',
];

const paramsAt = (prefix: string, count = 3): CandidatesParams => ({
  prefix,
  suffix: '\n',
  path: 'load.ts',
  maxTokens: 64,
  multiline: false,
  count,
});
const probabilityOf = ({ marks }: { readonly marks: readonly { readonly logProbability: number }[] }) =>
  marks.reduce((sum, { logProbability }) => sum + logProbability, 0);

it('candidates for a line are its completion and others, all different, the most probable first', async () => {
  for (const prefix of PLACES) {
    const lines = await engine.candidates(paramsAt(prefix));
    const { text } = await engine.complete(paramsAt(prefix));
    expect(lines[0]?.text).toBe(text);
    const texts = lines.map((line) => line.text);
    expect(new Set(texts.map((each) => each.trim())).size).toBe(lines.length);
    expect(lines.length).toBeGreaterThan(1);
    expect(texts.join()).not.toContain('\n');
    const [, ...others] = lines.map(probabilityOf);
    expect(others).toEqual([...others].sort((a, b) => b - a));
    expect(await engine.candidates(paramsAt(prefix, 1))).toHaveLength(1);
  }
});

it('candidates for a line draw on the memory of the workspace', async () => {
  const at = async () => (await engine.candidates(paramsAt('const zebra = load'))).map(({ text }) => text.split('(')[0]);
  const alone = await at();
  expect(alone).not.toContain('Stripes');
  expect(alone).not.toContain('Hooves');
  const zebra = ['Stripes', 'Hooves', 'Stripes'].map((what) => `const zebra = load${what}(savannah);\n`);
  await engine.remember({ documents: [{ path: 'a.ts', text: zebra.join('').repeat(3) }], gone: [] });
  const names = await at();
  expect(names[0]).toBe('Stripes');
  // What follows the name also depends on the model, the more so the less often it was seen.
  expect(names).toContain('Hooves');
  engine.forgetWorkspace();
});

it('candidates for a line draw on the part of their file outside of the window, and not on what recently followed the cursor', async () => {
  const zebra = 'const zebra = loadStripes(savannah);\n'.repeat(3);
  const rest = Array.from({ length: 200 }, (_, i) => `registerTent(${i}, ${i * 7});\n`).join('');
  const before = `${zebra}${rest}const zebra = load`;
  const params = paramsAt(before);
  const namesIn = async (text: string) => {
    await engine.remember({ documents: [{ path: params.path, text }], gone: [] });
    const names = (await engine.candidates(params)).map((line) => line.text.split('(')[0]);
    return [...names, (await engine.complete(params)).text.split('(')[0]];
  };
  expect(await namesIn(before + params.suffix)).toContain('Stripes');
  expect(await namesIn(`${before.slice(zebra.length)}Horses(meadow);\n`)).not.toContain('Horses');
  engine.forgetWorkspace();
});

it('candidates for a line can be cancelled, and the engine goes on', async () => {
  const controller = new AbortController();
  const lines = engine.candidates(paramsAt(PLACES[0] as string), controller.signal);
  controller.abort();
  await expect(lines).rejects.toMatchObject({ code: 'cancelled' });
  expect((await engine.complete(paramsAt(PLACES[0] as string))).text).not.toBe('');
});
