import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled } from '../../../../engine/errors.ts';
import { asControlVector, LoadedSubject } from '../../../../engine/generate/findDirection.ts';
import { loadDecoder } from '../../../../engine/generate/languageModel.ts';
import type { Decoder } from '../../../../engine/generate/model.ts';
import { openNodeModel } from '../../../../engine/storage/nodeModel.ts';
import { commonEnd } from '../../../../engine/tuning/direction/differences.ts';
import { findDirection } from '../../../../engine/tuning/direction/findDirection.ts';
import { divergence, probabilities, refusalScore, tellingTokens } from '../../../../engine/tuning/direction/scores.ts';
import { writeModelFolder } from '../../../support/modelFolder.ts';
import { plantedModel, plantedPrompts, REFUSAL } from '../../../support/plantedDirection.ts';
import { folderForAll } from '../../../support/testFolders.ts';

const contrast = { refused: plantedPrompts(60, true, 1), answered: plantedPrompts(60, false, 2) };

describe.each([
  [5, 'cpu'],
  [31, 'cpu'],
  [5, 'wasm'],
] as const)('a direction planted into random model %i on %s', (seed, device) => {
  const folder = folderForAll();
  const { model, direction } = plantedModel(seed);
  let decoder: Decoder;
  let subject: LoadedSubject;

  beforeAll(async () => {
    await writeModelFolder(join(folder.path, 'model'), model);
    const location = await openNodeModel(join(folder.path, 'model'));
    decoder = await loadDecoder(location, { device, threads: 1, precision: 'float32' });
    subject = new LoadedSubject(decoder);
  });

  afterAll(async () => {
    await subject.dispose();
    await decoder.dispose();
  });

  it('is found, with the tokens that refusals begin with', async () => {
    const parts: number[] = [];
    const found = await findDirection(subject, contrast, { onProgress: (part) => parts.push(part) });
    expect(cosine(found.direction, direction)).toBeGreaterThan(0.95);
    expect(found.tokens).toEqual([REFUSAL]);
    const { refused, bypassed, answered, induced } = found.scores;
    expect(refused).toBeGreaterThan(0);
    expect(bypassed).toBeLessThan(answered + 1);
    expect(induced).toBeGreaterThan(0);
    expect(answered).toBeLessThan(-3);
    expect(parts.at(-1)).toBe(1);
    expect(parts.every((part, i) => part >= (parts[i - 1] ?? 0) && part <= 1)).toBe(true);
    const vector = asControlVector(found, decoder.config.layers);
    expect([...vector.directions]).toEqual([[found.layer, found.direction]]);
    expect(vector.figures).toMatchObject({ position: found.position, induced });
  });

  it('is looked for with one graph beside the plain one at a time', async () => {
    const [prompt] = contrast.refused as [number[]];
    const change = {
      mode: 'add',
      coefficient: 1,
      directions: new Float32Array(subject.layers * subject.hiddenSize).fill(1),
    } as const;
    const looking = new LoadedSubject(decoder);
    await looking.residuals(prompt, [0]);
    await looking.logits(prompt);
    expect(decoder.runtime.otherGraphs).toContain('observed');
    await looking.logits(prompt, change);
    expect(decoder.runtime.otherGraphs).toEqual(['steered']);
    await looking.dispose();
  });

  it('is not found between sets that do not differ', async () => {
    const same = { refused: plantedPrompts(20, false, 3), answered: plantedPrompts(20, false, 4) };
    await expect(findDirection(subject, same)).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('finding a direction', () => {
  it('ends when it is cancelled', async () => {
    let calls = 0;
    const onProgress = () => {
      if (++calls === 7) throw cancelled();
    };
    const subject = {
      layers: 2,
      hiddenSize: 3,
      residuals: async () => new Float32Array(18),
      logits: async () => new Float32Array(4),
    };
    await expect(findDirection(subject, contrast, { onProgress })).rejects.toMatchObject({ code: 'cancelled' });
    expect(calls).toBe(7);
  });

  it('refuses sets that are too small', async () => {
    const subject = {
      layers: 2,
      hiddenSize: 3,
      residuals: async () => new Float32Array(18),
      logits: async () => new Float32Array(4),
    };
    await expect(findDirection(subject, { refused: [[1, 2]], answered: [[1, 2]] })).rejects.toThrow(/two prompts/);
  });

  it('reads the positions that a template puts after every prompt', () => {
    expect(commonEnd(contrast)).toBe(3);
    expect(commonEnd({ refused: [[1, 2]], answered: [[1, 2]] })).toBe(1);
    expect(commonEnd({ refused: [[1, 2]], answered: [[1, 3]] })).toBe(0);
  });

  it('scores by the log-odds of the tokens of a refusal', () => {
    const distribution = probabilities([0, Math.log(2), Math.log(5)]);
    expect([...distribution].map((p) => p.toFixed(6))).toEqual(['0.125000', '0.250000', '0.625000']);
    expect(refusalScore(distribution, [0, 1])).toBeCloseTo(Math.log(0.375 / 0.625), 12);
    expect(refusalScore(Float64Array.of(1, 0), [1])).toBeCloseTo(Math.log(1e-8), 6);
    expect(divergence(distribution, distribution)).toBe(0);
    expect(divergence(Float64Array.of(0.5, 0.5), Float64Array.of(0.25, 0.75))).toBeCloseTo(
      0.5 * Math.log(2) + 0.5 * Math.log(2 / 3),
      12,
    );
    // Less probability of a refusal costs nothing; a change of the other tokens does.
    const [before, after] = [Float64Array.of(0.5, 0.25, 0.25), Float64Array.of(0.1, 0.45, 0.45)];
    expect(divergence(before, after)).toBeGreaterThan(0.3);
    expect(divergence(before, after, [0])).toBeCloseTo(0, 12);
    expect(divergence(before, Float64Array.of(0.5, 0.125, 0.375), [0])).toBeCloseTo(
      divergence(Float64Array.of(0.5, 0.5), Float64Array.of(0.25, 0.75)),
      12,
    );
    // Where no other token is left, the whole distribution is compared.
    expect(divergence(Float64Array.of(1, 0), Float64Array.of(0.5, 0.5), [0])).toBeGreaterThan(0);
    const [refused, answered] = [[Float64Array.of(0.1, 0.6, 0.3)], [Float64Array.of(0.5, 0.1, 0.4)]];
    expect(tellingTokens(refused, answered, 3)).toEqual([1]);
  });
});

function cosine(a: Float32Array, b: Float32Array): number {
  const product = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  return product / Math.hypot(...a) / Math.hypot(...b);
}
