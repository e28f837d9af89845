import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextCurve, stretchesOf } from '../../../engine/generate/contextCurve.ts';
import { firstLine, lengthsUpTo, questionFrom } from '../../../engine/generate/firstLine.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { bucketsUpTo } from '../../../engine/measure/buckets.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';
import { readSource } from '../../support/sources.ts';

const code = readSource('engine/graph/onnx.ts').text;

let model: LanguageModel;
beforeAll(async () => {
  model = await openFolder(defaultModel);
});
afterAll(() => model.dispose());

async function all<T>(generator: AsyncGenerator<T, unknown>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of generator) values.push(value);
  return values;
}

describe('loss over context', () => {
  it('takes whole windows of each text, and spreads them if there are too many', () => {
    const stretches = stretchesOf(model, [code, 'short'], 256, 100);
    expect(stretches).toHaveLength(4);
    expect(stretches.every((stretch) => stretch.length === 257)).toBe(true);
    expect(stretchesOf(model, [code, code, code], 256, 3)).toHaveLength(3);
  });

  it('is the same as that of decoding token by token, at each position', async () => {
    // With activations in 8 bits, runs of one token and of many round differently.
    const exact = await openFolder(defaultModel, { precision: 'exact' });
    const [stretch] = stretchesOf(exact, [code], 64, 1) as [number[]];
    const [row] = await all(contextCurve(exact, [stretch], { window: 64, scalings: [{ name: 'own' }] }));
    const session = exact.newSession();
    const nats: number[] = [];
    for (const [i, token] of stretch.slice(0, -1).entries()) {
      const logits = Array.from(await session.step(token));
      const highest = Math.max(...logits);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
      nats.push(Math.log(sum) + highest - (logits[stretch[i + 1] as number] as number));
    }
    await exact.dispose();
    const { limits } = bucketsUpTo(64);
    for (const [i, mean] of (row?.losses ?? []).entries()) {
      const part = nats.slice((limits[i] as number) - 1, (limits[i + 1] as number) - 1);
      expect(mean).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / part.length, 4);
    }
  });

  it('compares scalings on the same text', async () => {
    const stretches = stretchesOf(model, [code], 128, 2);
    const scalings = [{ name: 'own' }, { name: 'linear', scaling: { kind: 'linear', factor: 4 } as const }];
    const rows = await all(contextCurve(model, stretches, { window: 128, scalings }));
    expect(rows.map(({ scaling }) => scaling)).toEqual(['own', 'linear', 'own', 'linear']);
    expect(rows[0]?.losses).toHaveLength(bucketsUpTo(128).contexts.length);
    expect(rows[0]?.losses).not.toEqual(rows[1]?.losses);
  });

  it('says if no text is long enough, and can be stopped', async () => {
    await expect(all(contextCurve(model, [], { window: 512, scalings: [{ name: 'own' }] }))).rejects.toThrow(/as long as 513/);
    const stretches = stretchesOf(model, [code], 256, 4);
    const aborted = AbortSignal.abort();
    const running = all(contextCurve(model, stretches, { window: 256, scalings: [{ name: 'own' }], signal: aborted }));
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('first-line retrieval', () => {
  it('asks about the first line of suitable length that occurs only once in the text', () => {
    const text = 'import a\nexport function once(value: number): string {\n  return value;\n}\n';
    expect(questionFrom(text, '//')).toMatchObject({
      line: 'export function once(value: number): string {',
      rest: '  return value;\n}\n',
    });
    expect(questionFrom('short\n'.repeat(9), '#')).toBeUndefined();
    const twice = 'const aLineOfGoodLength = 1 + 2;\n'.repeat(2);
    expect(questionFrom(twice, '//')).toBeUndefined();
  });

  it('asks at lengths up to the window, and once without the line', async () => {
    expect(lengthsUpTo(1500)).toEqual([256, 512, 1024]);
    expect(lengthsUpTo(100)).toEqual([100]);
    const question = questionFrom(code, '//');
    const rows = await all(firstLine(model, question ? [question] : [], { window: 512, scalings: [{ name: 'own' }] }));
    expect(rows.map(({ length }) => length)).toEqual([256, 512, undefined]);
    for (const { score } of rows) expect(score).toBeGreaterThanOrEqual(0);
    for (const { score } of rows) expect(score).toBeLessThanOrEqual(1);
  });

  it('says if no text is long enough', async () => {
    const question = questionFrom('const aLineOfGoodLength = 1 + 2;\nshort', '//');
    const running = all(firstLine(model, question ? [question] : [], { window: 512, scalings: [{ name: 'own' }] }));
    await expect(running).rejects.toThrow(/as long as 512/);
  });
});
