import { describe, expect, it } from 'vitest';
import { argMax, GREEDY, logSumExp, Sampler } from '../../../engine/sampling/sampler.ts';

const logits = Float32Array.of(1, 3, 0, 2, -1e30);
const DRAWS = 20_000;

/** How often each token is drawn. */
function frequencies(options: Partial<ConstructorParameters<typeof Sampler>[0]>): number[] {
  const sampler = new Sampler({ temperature: 1, topK: 0, topP: 1, seed: 7, ...options });
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < DRAWS; i++) {
    const { token } = sampler.choose(logits);
    counts[token] = (counts[token] as number) + 1;
  }
  return counts.map((count) => count / DRAWS);
}

function softmax(values: readonly number[]): number[] {
  const weights = values.map((value) => Math.exp(value));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}

describe('Sampler', () => {
  it('takes the largest at temperature 0, the first of equals, and tells its probability', () => {
    const { token, logProbability } = new Sampler(GREEDY).choose(logits);
    expect(token).toBe(1);
    expect(Math.exp(logProbability)).toBeCloseTo(softmax([1, 3, 0, 2])[1] as number, 6);
    expect(new Sampler(GREEDY).choose(Float32Array.of(2, 5, 5)).token).toBe(1);
  });

  it('draws by the probabilities', () => {
    const expected = softmax([1, 3, 0, 2]);
    for (const [token, share] of frequencies({}).entries()) expect(share).toBeCloseTo(expected[token] ?? 0, 1.7);
  });

  it('flattens with the temperature', () => {
    const expected = softmax([0.5, 1.5, 0, 1]);
    for (const [token, share] of frequencies({ temperature: 2 }).entries()) expect(share).toBeCloseTo(expected[token] ?? 0, 1.7);
  });

  it('draws of the k most probable only', () => {
    const [a, b, c, d] = frequencies({ topK: 2 }) as [number, number, number, number];
    expect([a, c]).toEqual([0, 0]);
    expect(b / d).toBeCloseTo(Math.E, 0);
  });

  it('draws of the fewest that reach the sum', () => {
    // Probabilities 0.64, 0.24, 0.09, 0.03: two reach 0.8, one reaches 0.6.
    expect(frequencies({ topP: 0.8 }).map((share) => share > 0)).toEqual([false, true, false, true, false]);
    expect(frequencies({ topP: 0.6 })).toEqual([0, 1, 0, 0, 0]);
    expect(frequencies({ topP: 0 })[1]).toBe(1);
  });

  it('repeats itself with the same seed', () => {
    const draw = (seed: number) => {
      const sampler = new Sampler({ temperature: 1, topK: 0, topP: 1, seed });
      return Array.from({ length: 50 }, () => sampler.choose(logits).token);
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });
});

describe('argMax and logSumExp', () => {
  it('stand large values', () => {
    expect(argMax(Float32Array.of(-Infinity, -5, -7))).toBe(1);
    expect(logSumExp(Float32Array.of(1000, 1000), 1000)).toBeCloseTo(1000 + Math.LN2, 6);
  });
});
