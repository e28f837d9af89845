import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import type { LogitBias } from '../../../engine/sampling/options.ts';
import { argMax, GREEDY, logSumExp, Sampler, type SamplingOptions } from '../../../engine/sampling/sampler.ts';
import { Random } from '../../support/random.ts';
import { distribution, softmax } from './reference.ts';

const logits = Float32Array.of(1, 3, 0, 2, -1e30);
const FREE: SamplingOptions = { temperature: 1, topK: 0, topP: 1, seed: 7 };
const DRAWS = 20_000;

/** Logits of a vocabulary of 300 as a model gives them: a few likely tokens, and a long tail. */
const random = new Random(81);
const many = Float32Array.from({ length: 300 }, () => 2 * random.normal() + (random.uniform() < 0.05 ? 5 : 0));

/** How often each token is drawn, each time after the same history. */
function frequencies(values: Float32Array, options: SamplingOptions, history: readonly number[] = []): number[] {
  const counts = new Array<number>(values.length).fill(0);
  // With a penalty a choice changes the next one, so each draw has its own sampler and seed.
  const shared = (options.repetitionPenalty ?? 1) === 1 ? new Sampler(options) : undefined;
  for (let i = 0; i < DRAWS; i++) {
    const { token } = (shared ?? new Sampler({ ...options, seed: i }, history)).choose(values);
    counts[token] = (counts[token] as number) + 1;
  }
  return counts.map((count) => count / DRAWS);
}

/** Expects counts within five standard deviations, rare tokens taken together; impossible tokens must not be drawn. */
function expectDrawn(drawn: readonly number[], expected: readonly number[]): void {
  const rare = { drawn: 0, expected: 0 };
  const check = (share: number, truth: number) =>
    expect(Math.abs(share - truth)).toBeLessThanOrEqual(5 * Math.sqrt((truth * (1 - truth)) / DRAWS) + 1e-9);
  for (const [token, share] of drawn.entries()) {
    const truth = expected[token] as number;
    if (truth === 0) expect(share).toBe(0);
    if (truth * DRAWS >= 20) check(share, truth);
    else Object.assign(rare, { drawn: rare.drawn + share, expected: rare.expected + truth });
  }
  if (rare.expected * DRAWS >= 20) check(rare.drawn, rare.expected);
}

describe('Sampler', () => {
  it('takes the largest at temperature 0, the first of equal ones, and reports its probability', () => {
    const { token, logProbability } = new Sampler(GREEDY).choose(logits);
    expect(token).toBe(1);
    expect(Math.exp(logProbability)).toBeCloseTo(softmax([1, 3, 0, 2])[1] as number, 6);
    expect(new Sampler(GREEDY).choose(Float32Array.of(2, 5, 5)).token).toBe(1);
  });

  it.each<[string, Partial<SamplingOptions>, number[]?]>([
    ['the probabilities', {}],
    ['a temperature', { temperature: 0.7 }],
    ['a high temperature', { temperature: 2.5 }],
    ['top-k', { topK: 12 }],
    ['top-k of one', { topK: 1 }],
    ['top-k of more than there are', { topK: 1000 }],
    ['top-p', { topP: 0.8 }],
    ['top-p of next to all', { topP: 0.9999, temperature: 2 }],
    ['top-p of nothing', { topP: 0 }],
    ['min-p', { minP: 0.05 }],
    ['min-p with a temperature: the cut comes first', { minP: 0.1, temperature: 3 }],
    ['top-p with a temperature: the cut comes first', { topP: 0.7, temperature: 3 }],
    ['top-k, top-p and min-p', { topK: 30, topP: 0.95, minP: 0.02, temperature: 0.8 }],
    [
      'a bias',
      {
        logitBias: [
          [5, 6],
          [7, -2],
        ],
      },
    ],
    ['a repetition penalty', { repetitionPenalty: 1.3 }, [3, 4, 4, 4, 250, 251, 252, 253]],
    ['a repetition penalty over the last two', { repetitionPenalty: 2, repetitionWindow: 2 }, [3, 4, 250, 251]],
    [
      'all of them',
      { repetitionPenalty: 1.2, logitBias: new Map([[4, 3]]), topK: 40, topP: 0.9, minP: 0.01, temperature: 1.4 },
      [4, 9],
    ],
  ])('draws by %s', (_, options, history = []) => {
    const expected = distribution(many, { ...FREE, ...options }, history);
    const drawn = frequencies(many, { ...FREE, ...options }, history);
    expectDrawn(drawn, expected);
  });

  it('keeps exactly the tokens that the definitions keep', () => {
    for (let seed = 0; seed < 200; seed++) {
      const chance = new Random(seed);
      const values = Float32Array.from({ length: 40 }, () => Math.round(8 * chance.normal()) / 4); // with ties
      const options = {
        ...FREE,
        temperature: 50,
        topK: chance.below(20),
        topP: 0.5 + chance.uniform() / 2,
        minP: chance.uniform() / 3,
      };
      const left = distribution(values, options).map((share) => share > 0);
      const seen = new Array<boolean>(values.length).fill(false);
      const sampler = new Sampler(options);
      for (let i = 0; i < 600; i++) seen[sampler.choose(values).token] = true;
      expect(seen).toEqual(left);
    }
  });

  it('never draws what the bias forbids, at any temperature', () => {
    const logitBias = new Map([[1, -Infinity]]);
    expect(new Sampler({ ...GREEDY, logitBias }).choose(logits).token).toBe(3);
    expect(frequencies(logits, { ...FREE, logitBias })[1]).toBe(0);
    const all = [...logits.keys()].map((token): [number, number] => [token, -Infinity]);
    expectRefused(() => new Sampler({ ...GREEDY, logitBias: all }).choose(logits), 'bad-request');
    expectRefused(() => new Sampler({ ...GREEDY, logitBias: [[5, 1]] }).choose(logits), 'bad-request');
  });

  it('keeps logits finite that bias or penalty carries beyond a float32', () => {
    const raised: Partial<SamplingOptions>[] = [
      { logitBias: [[2, 1e39]] },
      { logitBias: [[2, 3e38]], repetitionPenalty: 0.5 },
      { logitBias: [[2, 9]], repetitionPenalty: 1e-45 },
    ];
    for (const options of raised) {
      for (const cut of [{}, { topP: 0.9 }, { topK: 2 }, { minP: 0.1 }, { temperature: 0 }]) {
        const sampler = new Sampler({ ...FREE, ...options, ...cut }, [2]);
        for (let i = 0; i < 5; i++) expect(sampler.choose(logits).token).toBe(2);
      }
    }
  });

  it('removes a penalty when the token has left the window, and counts its own choices', () => {
    const sampler = new Sampler({ ...GREEDY, repetitionPenalty: 10, repetitionWindow: 2 });
    expect([1, 2, 3, 4, 5].map(() => sampler.choose(Float32Array.of(1, 3, 0.9, 2, -1)).token)).toEqual([1, 3, 0, 1, 3]);
  });

  it('chooses among the allowed, and among all when none of them is possible', () => {
    expect(new Sampler(GREEDY).choose(logits, [0, 2, 3]).token).toBe(3);
    const { logProbability } = new Sampler(GREEDY).choose(logits, [0, 2]);
    expect(Math.exp(logProbability)).toBeCloseTo(softmax([1, 0])[0] as number, 6);
    const sampler = new Sampler({ ...FREE, topP: 0.99 });
    for (let i = 0; i < 50; i++) expect([0, 2]).toContain(sampler.choose(logits, [2, 0]).token);
    expect(new Sampler(GREEDY).choose(Float32Array.of(1, -Infinity), [1]).token).toBe(0);
    expect(new Sampler({ ...GREEDY, logitBias: [[3, -Infinity]] }).choose(logits, [3]).token).toBe(1);
  });

  it('reports the most probable tokens on request', () => {
    const expected = softmax([...many]);
    const order = [...expected.keys()].sort((a, b) => (expected[b] as number) - (expected[a] as number));
    const { alternatives = [] } = new Sampler({ ...FREE, topK: 2, repetitionPenalty: 2, alternatives: 5 }, [
      order[0] as number,
    ]).choose(many);
    expect(alternatives.map(({ token }) => token)).toEqual(order.slice(0, 5));
    for (const { token, logProbability } of alternatives) {
      expect(logProbability).toBeCloseTo(Math.log(expected[token] as number), 5);
    }
    expect(new Sampler(FREE).choose(many).alternatives).toBeUndefined();
  });

  it('does not change the logits', () => {
    const before = many.slice();
    const options = {
      ...FREE,
      repetitionPenalty: 1.5,
      logitBias: [[3, 9] as const, [4, -Infinity] as const],
      topK: 20,
      alternatives: 3,
    };
    const sampler = new Sampler(options, [3, 5, 6]);
    for (let i = 0; i < 20; i++) sampler.choose(many);
    expect(many).toEqual(before);
  });

  it('repeats itself with the same seed, and draws one random number per token with any filter', () => {
    const draw = (options: Partial<SamplingOptions>) => {
      const sampler = new Sampler({ ...FREE, ...options });
      return Array.from({ length: 50 }, () => sampler.choose(many).token);
    };
    expect(draw({ seed: 3 })).toEqual(draw({ seed: 3 }));
    expect(draw({ seed: 3 })).not.toEqual(draw({ seed: 4 }));
    const sharp = Float32Array.of(50, 0);
    const [one, other] = [new Sampler({ ...FREE, topK: 1 }), new Sampler(FREE)];
    for (const sampler of [one, other]) sampler.choose(sharp);
    const equal = Float32Array.of(0, 0);
    const free = new Sampler(FREE);
    free.choose(equal);
    expect(other.choose(equal).token).toBe(free.choose(equal).token);
    expect(one.choose(sharp).token).toBe(0);
  });

  it('refuses invalid options, and logits that are not numbers', () => {
    const wrong: Partial<SamplingOptions>[] = [
      { temperature: -1 },
      { temperature: Number.NaN },
      { topK: 1.5 },
      { topP: 1.1 },
      { minP: -0.1 },
      { repetitionPenalty: 0 },
      { repetitionWindow: -1 },
      { logitBias: [[1, Number.NaN]] },
      { logitBias: [[-1, 0]] },
      { logitBias: [[1, Infinity]] },
      { logitBias: [[1, null as unknown as number]] },
      { logitBias: {} as LogitBias },
      { logitBias: new Map([[1, 2]]).entries() as unknown as LogitBias },
      { temperature: null as unknown as number },
      { topK: Infinity },
      { repetitionWindow: Infinity },
      { alternatives: -3 },
      { seed: Number.NaN },
    ];
    for (const options of wrong) expectRefused(() => new Sampler({ ...FREE, ...options }), 'bad-request');
    expectRefused(() => new Sampler(FREE).choose(Float32Array.of(Number.NaN, 1)), 'runtime');
    expectRefused(() => new Sampler(GREEDY).choose(Float32Array.of(2, 1, Number.NaN, 3)), 'runtime');
    expectRefused(() => new Sampler(FREE).choose(Float32Array.of(-Infinity, -Infinity)), 'runtime');
    const top = (logit: number, logSumExp: number) => ({
      tokens: Int32Array.of(0, 1),
      logits: Float32Array.of(logit, 1),
      logSumExp,
    });
    expectRefused(() => new Sampler(GREEDY).chooseFromTop(top(Number.NaN, Number.NaN), 2), 'runtime');
    expectRefused(() => new Sampler(GREEDY).chooseFromTop(top(2, Number.NaN), 2), 'runtime');
    expectRefused(() => new Sampler(GREEDY).chooseFromTop(top(Infinity, Infinity), 2), 'runtime');
  });
});

function expectRefused(action: () => unknown, code: 'bad-request' | 'runtime'): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(isPaddockError(thrown, code)).toBe(true);
}

describe('argMax and logSumExp', () => {
  it('find the first of the largest, and do not overflow', () => {
    expect(argMax(Float32Array.of(-Infinity, -5, -7))).toBe(1);
    for (const at of [0, 1, 2, 3]) expect(argMax(Float32Array.from({ length: 4 }, (_, i) => (i < at ? 1 : 2)))).toBe(at);
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      expect(argMax(Float32Array.from({ length: 11 }, (_, i) => (i === at ? 2 : -i)))).toBe(at);
    }
    for (const at of [0, 1, 2047, 2048, 4095, 4096, 4996, 4997, 4998]) {
      const row = Float32Array.from({ length: 4999 }, (_, i) => (i === at ? 5 : -(i % 7)));
      expect(argMax(row)).toBe(at);
      row[4998] = 5;
      expect(argMax(row)).toBe(at); // the lowest of equals
    }
    expect(argMax(Float32Array.of(3))).toBe(0);
    expect(argMax(Float32Array.of(-Infinity, -Infinity))).toBe(0);
    expect(logSumExp(Float32Array.of(1000, 1000), 1000)).toBeCloseTo(1000 + Math.LN2, 6);
  });
});
