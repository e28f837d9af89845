import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { generateCandidates } from '../../../engine/generate/candidates.ts';
import { type GenerateOptions, generate } from '../../../engine/generate/generate.ts';
import type { Drafter } from '../../../engine/generate/promptLookup.ts';
import { Recall } from '../../../engine/generate/recall.ts';
import { Acceptance, Speculation } from '../../../engine/generate/speculation.ts';
import { Gate } from '../../../engine/ngrams/gate.ts';
import { TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import { Beginning } from '../../../engine/sampling/beginning.ts';
import type { LogitBias } from '../../../engine/sampling/options.ts';
import { type Choice, GREEDY, type SamplingOptions } from '../../../engine/sampling/sampler.ts';
import { Session } from '../../../engine/session/session.ts';
import { FakeRuntime, FakeTopRuntime, fakeLogitsAfter } from '../../support/fakeRuntime.ts';
import { Random } from '../../support/random.ts';

const prompt = new Random(111).tokens(200, 32);
const NONE = new Set<number>();
const SAMPLED = { ...GREEDY, temperature: 1, seed: 5 };

/** Raises a token, lowers one, and forbids one. */
const BIAS: LogitBias = [
  [3, 2],
  [17, -3],
  [5, -Infinity],
];

async function collect(session: Session, options: Partial<GenerateOptions>) {
  const tokens: number[] = [];
  const running = generate(session, prompt, { maxTokens: 60, sampling: GREEDY, stopTokens: NONE, ...options });
  for (;;) {
    const next = await running.next();
    if (next.done) return { tokens, finish: next.value };
    tokens.push(next.value.token);
  }
}

/** Drafts of which about this percentage of tokens is right. */
class Oracle implements Drafter {
  readonly truth: readonly number[];
  readonly percent: number;
  readonly random = new Random(121);

  constructor(continuation: readonly number[], percent: number) {
    this.truth = [...prompt, ...continuation];
    this.percent = percent;
  }

  draft(tokens: readonly number[], most: number) {
    const next = this.truth.slice(tokens.length, tokens.length + most);
    return {
      tokens: next.map((token) => (this.random.below(100) < this.percent ? token : 31 - token)),
      chances: next.map(() => 0.75),
    };
  }
}

describe('generate', () => {
  it('takes the most probable token each time', async () => {
    const { tokens, finish } = await collect(new Session(new FakeRuntime()), { maxTokens: 12 });
    expect(finish).toBe('length');
    for (const [i, token] of tokens.entries()) {
      const logits = [...fakeLogitsAfter([...prompt, ...tokens.slice(0, i)])];
      expect(token).toBe(logits.indexOf(Math.max(...logits)));
    }
  });

  it('ends at a stop token, at the limit, and at the end of the window', async () => {
    const { tokens } = await collect(new Session(new FakeRuntime()), {});
    const stop = tokens[20] as number;
    const stopped = await collect(new Session(new FakeRuntime()), { stopTokens: new Set([stop]) });
    expect(stopped).toEqual({ tokens: tokens.slice(0, tokens.indexOf(stop)), finish: 'stop' });
    const full = await collect(new Session(new FakeRuntime(), { window: 230 }), {});
    expect(full).toEqual({ tokens: tokens.slice(0, 30), finish: 'length' });
  });

  it('pauses before each run', async () => {
    const runtime = new FakeRuntime();
    let pauses = 0;
    await collect(new Session(runtime), { maxTokens: 10, pause: async () => void pauses++ });
    expect(pauses).toBe(runtime.runs.length);
  });

  it.each(['in a pause', 'in a run'])('runs nothing more and says nothing more once it is aborted %s', async (when) => {
    for (let before = 1; before < 8; before++) {
      const controller = new AbortController();
      const runtime = new FakeRuntime();
      const { run } = runtime;
      const count = () => {
        if (runtime.runs.length === before) controller.abort();
      };
      if (when === 'in a run') runtime.run = (batch, cache) => run.call(runtime, batch, cache).finally(count);
      const pause = async () => {
        if (when === 'in a pause') count();
      };
      let said = 0;
      const running = async () => {
        const options = { maxTokens: 60, sampling: GREEDY, stopTokens: NONE, signal: controller.signal, pause };
        for await (const _ of generate(new Session(runtime), prompt, options)) said++;
      };
      await expect(running()).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
      expect(runtime.runs).toHaveLength(before);
      // Each run of a token says one; the two of the prompt say the first together.
      const ofTokens = before - Math.ceil(prompt.length / 128);
      expect(said).toBe(Math.max(0, when === 'in a run' ? ofTokens : ofTokens + 1));
    }
  });
});

describe.each([
  ['greedy', GREEDY],
  ['sampled', SAMPLED],
  ['sampled with a penalty', { ...SAMPLED, repetitionPenalty: 1.4, topP: 0.9 }],
  ['greedy with a penalty', { ...GREEDY, repetitionPenalty: 1.5 }],
  ['greedy with a bias', { ...GREEDY, logitBias: BIAS }],
  ['sampled with a bias and a penalty', { ...SAMPLED, topK: 9, repetitionPenalty: 1.2, repetitionWindow: 5, logitBias: BIAS }],
])('speculation, %s', (_, sampling) => {
  it.each([0, 30, 70, 100])('gives the same tokens with drafts of which %i %% are right', async (percent) => {
    const plain = await collect(new Session(new FakeRuntime()), { sampling });
    const runtime = new FakeRuntime();
    const session = new Session(runtime);
    const speculation = new Speculation(new Oracle(plain.tokens, percent));
    expect(await collect(session, { sampling, speculation })).toEqual(plain);
    expect(session.tokens).toEqual([...prompt, ...plain.tokens].slice(0, session.tokens.length));
    expect(session.tokens.length).toBeGreaterThanOrEqual(prompt.length + plain.tokens.length - 1);
    const decodeRuns = runtime.runs.slice(Math.ceil(prompt.length / 128));
    expect(decodeRuns.length).toBe(plain.tokens.length - 1 - speculation.accepted);
    expect(decodeRuns.reduce((a, b) => a + b, 0)).toBe(decodeRuns.length + speculation.drafted);
    if (percent === 100) expect(decodeRuns.length).toBeLessThan(15);
    if (percent === 0) expect(speculation.drafted).toBeLessThan(20);
  });

  it.each([30, 100])(
    'gives the same tokens where the first ones are constrained, with drafts of which %i %% are right',
    async (percent) => {
      // Several tokens with the same beginning, so that there is a choice.
      const texts = Array.from({ length: 32 }, (_, token) => 'ab'[token % 2]?.repeat(1 + (token % 3)) ?? '');
      const constrained = () => ({ sampling, beginning: new Beginning(texts, 'aaabbaab') });
      const plain = await collect(new Session(new FakeRuntime()), constrained());
      expect(plain.tokens.map((token) => texts[token]).join('')).toMatch(/^aaabbaab/);
      const speculation = new Speculation(new Oracle(plain.tokens, percent));
      expect(await collect(new Session(new FakeRuntime()), { ...constrained(), speculation })).toEqual(plain);
      expect(speculation.accepted).toBeGreaterThan(0);
    },
  );

  it('keeps nothing of a draft in the timeline when it is abandoned', async () => {
    const plain = await collect(new Session(new FakeRuntime()), { sampling });
    for (let most = 1; most < 12; most++) {
      const session = new Session(new FakeRuntime());
      const speculation = new Speculation(new Oracle(plain.tokens, 100));
      let count = 0;
      for await (const _ of generate(session, prompt, { maxTokens: 60, sampling, stopTokens: NONE, speculation })) {
        if (++count === most) break;
      }
      const timeline = [...prompt, ...plain.tokens];
      expect(session.tokens).toEqual(timeline.slice(0, session.tokens.length));
      expect(session.tokens.length).toBeLessThanOrEqual(prompt.length + most);
    }
  });
});

describe('a device that finds the largest logits itself', () => {
  const choices = async (runtime: FakeRuntime, options: Partial<GenerateOptions>) => {
    const chosen: Choice[] = [];
    const all = { maxTokens: 60, sampling: GREEDY, stopTokens: NONE, ...options };
    for await (const choice of generate(new Session(runtime), prompt, all)) chosen.push(choice);
    return chosen;
  };

  it.each<[string, SamplingOptions, boolean]>([
    ['greedy', GREEDY, true],
    ['greedy with a penalty', { ...GREEDY, repetitionPenalty: 1.5 }, true],
    ['top-k', { ...SAMPLED, topK: 6, topP: 0.8, minP: 0.05, alternatives: 3 }, true],
    ['top-k with a penalty', { ...SAMPLED, topK: 4, repetitionPenalty: 1.3, repetitionWindow: 9 }, true],
    ['the whole distribution', SAMPLED, false],
    ['a bias', { ...SAMPLED, topK: 4, logitBias: [[3, 2]] }, false],
  ])('gives the same choices: %s', async (_, sampling, isUsed) => {
    const runtime = new FakeTopRuntime();
    const [top, all] = [await choices(runtime, { sampling }), await choices(new FakeRuntime(), { sampling })];
    expect(top.map(({ token }) => token)).toEqual(all.map(({ token }) => token));
    for (const [i, choice] of top.entries()) {
      expect(choice.logProbability).toBeCloseTo(all[i]?.logProbability as number, 5);
      expect(choice.alternatives?.map(({ token }) => token)).toEqual(all[i]?.alternatives?.map(({ token }) => token));
    }
    expect(runtime.topRuns > 0).toBe(isUsed);
  });

  it.each([
    ['greedy', GREEDY],
    ['top-k with a penalty', { ...SAMPLED, topK: 4, repetitionPenalty: 1.4 }],
  ])('gives the same choices behind a draft, of whose tokens it brings back no more: %s', async (_, sampling) => {
    const plain = await collect(new Session(new FakeRuntime()), { sampling });
    const runtime = new FakeTopRuntime();
    const speculation = new Speculation(new Oracle(plain.tokens, 70));
    expect(await collect(new Session(runtime), { sampling, speculation })).toEqual(plain);
    expect(speculation.accepted).toBeGreaterThan(10);
    expect(runtime.topRuns).toBe(runtime.runs.length - Math.ceil(prompt.length / 128));
  });

  it('gives the same choices to a generation that remembers, and the same probabilities', async () => {
    const recall = () => {
      const index = new TokenIndex();
      index.set('a file', new Random(9).tokens(3000, 32));
      const memory = new Recall(index, { document: '' }, new Gate());
      memory.follow(prompt);
      return memory;
    };
    const [top, all] = [
      await choices(new FakeTopRuntime(), { recall: recall() }),
      await choices(new FakeRuntime(), { recall: recall() }),
    ];
    expect(top.map(({ token }) => token)).toEqual(all.map(({ token }) => token));
    for (const [i, { logProbability }] of top.entries()) {
      expect(logProbability).toBeCloseTo(all[i]?.logProbability as number, 5);
    }
    const alone = await choices(new FakeRuntime(), {});
    expect(alone.map(({ token }) => token)).not.toEqual(all.map(({ token }) => token));
  });
});

describe('speculation', () => {
  it('never runs past the limit, the window or a token after which nothing is wanted', async () => {
    const plain = await collect(new Session(new FakeRuntime()), {});
    for (const maxTokens of [1, 2, 3, 9]) {
      const session = new Session(new FakeRuntime());
      const { tokens } = await collect(session, { maxTokens, speculation: new Speculation(new Oracle(plain.tokens, 100)) });
      expect(tokens).toEqual(plain.tokens.slice(0, maxTokens));
      expect(session.tokens.length).toBeLessThan(prompt.length + maxTokens);
    }
    const narrow = new Session(new FakeRuntime(), { window: 207 });
    expect((await collect(narrow, { speculation: new Speculation(new Oracle(plain.tokens, 100)) })).tokens).toHaveLength(7);
    const runtime = new FakeRuntime();
    const end = plain.tokens[3] as number;
    const speculation = new Speculation(new Oracle(plain.tokens, 100));
    await collect(new Session(runtime), { maxTokens: 5, speculation, isEnd: (token) => token === end });
    expect(Math.max(...runtime.runs.slice(2))).toBeLessThanOrEqual(3);
  });

  it('gives the same tokens through a sliding window', async () => {
    const session = () => new Session(new FakeRuntime(), { window: 100, sinks: 4 });
    const plain = await collect(session(), { maxTokens: 300 });
    expect(plain.tokens).toHaveLength(300);
    const speculation = new Speculation(new Oracle(plain.tokens, 80));
    expect(await collect(session(), { maxTokens: 300, speculation })).toEqual(plain);
    expect(speculation.accepted).toBeGreaterThan(100);
  });
});

describe('Acceptance', () => {
  const all = (chance: number) => Array.from({ length: 30 }, () => chance);

  it('drafts more when drafts are right, less when they are wrong, and not at all when it does not pay', () => {
    const acceptance = new Acceptance();
    const start = acceptance.bestLength(all(0.7));
    for (let i = 0; i < 20; i++) acceptance.observe(all(0.7), 5, false);
    expect(acceptance.bestLength(all(0.7))).toBeGreaterThan(2 * start);
    for (let i = 0; i < 60; i++) acceptance.observe(all(0.7), 0, true);
    expect(acceptance.bestLength(all(0.7))).toBe(0);
    for (let i = 0; i < 60; i++) acceptance.observe(all(0.7), 1, false);
    expect(acceptance.bestLength(all(0.7))).toBeGreaterThan(0);
    expect(acceptance.bestLength(all(0.92))).toBe(new Acceptance().bestLength(all(0.92)));
  });

  it('learns from each token of a draft by its own predicted probability', () => {
    const acceptance = new Acceptance();
    for (let i = 0; i < 20; i++) acceptance.observe([0.99, 0.5, 0.3], 1, true);
    expect(acceptance.share(0.99)).toBeGreaterThan(0.99);
    expect(acceptance.share(0.5)).toBeLessThan(0.15);
    expect(acceptance.share(0.3)).toBe(0.3);
  });

  it('takes the length with the most expected tokens for its cost', () => {
    expect(new Acceptance([1, 1, 1, 1]).bestLength(all(0.3))).toBe(3);
    expect(new Acceptance([1, 2, 3, 4]).bestLength(all(0.92))).toBe(0);
    expect(new Acceptance([1, 1.2, 1.4, 1.6, 1.8]).bestLength([0.9, 0.9, 0.05, 0.9])).toBe(2);
    const alone = new Speculation(new Oracle([1, 2, 3], 100), new Acceptance([1]));
    expect(alone.propose(prompt, 9, () => false)).toEqual([]);
  });
});

describe.each([true, false])('candidates, with branches that run together: %s', (canBranch) => {
  const options = { count: 4, maxTokens: 20, sampling: { ...SAMPLED, temperature: 0.6 }, stopTokens: new Set([3, 4]) };

  it('are the same as single generations with their seeds', async () => {
    const runtime = new FakeRuntime({ canBranch });
    const session = new Session(runtime);
    const { candidates, keep } = await generateCandidates(session, prompt, options);
    for (const [i, { tokens, finish }] of candidates.entries()) {
      const sampling = { ...options.sampling, seed: options.sampling.seed + i };
      const alone = await collect(new Session(new FakeRuntime()), { ...options, sampling });
      expect({ tokens: tokens.map(({ token }) => token), finish }).toEqual(alone);
    }
    expect(new Set(candidates.map(({ tokens }) => tokens.map(({ token }) => token).join())).size).toBe(4);
    if (canBranch) expect(runtime.runs.length).toBeLessThanOrEqual(2 + 19);
    await keep(2);
    const kept = [...prompt, ...(candidates[2]?.tokens ?? []).map(({ token }) => token)];
    expect(session.tokens).toEqual(kept.slice(0, session.tokens.length));
    expect((await session.sync([...kept, 1])).logits).toEqual(fakeLogitsAfter([...kept, 1]));
  });

  it('begin with a given text, and report the probability of each token', async () => {
    const starts = [[7, 9], [], [7, 12, 1]];
    const sampling = { ...GREEDY, seed: 0 };
    const session = new Session(new FakeRuntime({ canBranch }));
    const { candidates } = await generateCandidates(session, prompt, {
      ...options,
      sampling,
      count: 3,
      starts,
      stopTokens: NONE,
    });
    for (const [i, { tokens }] of candidates.entries()) {
      const chosen = tokens.map(({ token }) => token);
      expect(chosen.slice(0, starts[i]?.length)).toEqual(starts[i]);
      for (const [at, { token, logProbability }] of tokens.entries()) {
        const logits = Array.from(fakeLogitsAfter([...prompt, ...chosen.slice(0, at)]));
        const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
        expect(logProbability).toBeCloseTo((logits[token] as number) - Math.log(sum), 5);
        if (at >= (starts[i]?.length ?? 0)) expect(token).toBe(logits.indexOf(Math.max(...logits)));
      }
    }
  });

  it('are refused where the prompt leaves no room to measure one', async () => {
    const within = (room: number) =>
      generateCandidates(new Session(new FakeRuntime({ canBranch, contextLength: prompt.length + room })), prompt, {
        ...options,
        measure: true,
      });
    for (const room of [0, 1]) {
      await expect(within(room)).rejects.toMatchObject({
        code: 'bad-request',
        message: expect.stringContaining('leaves no room'),
      });
    }
    for (const { tokens, measured } of (await within(2)).candidates) {
      expect(tokens).toHaveLength(1);
      expect(measured?.endLogProbability).toBeLessThan(0);
    }
  });

  it('each end where requested, and can be cancelled', async () => {
    const session = new Session(new FakeRuntime({ canBranch }));
    const lengths = [2, 5, 1, 7];
    const counts = [0, 0, 0, 0];
    const isDone = (candidate: number) => {
      counts[candidate] = (counts[candidate] as number) + 1;
      return counts[candidate] === lengths[candidate];
    };
    const { candidates } = await generateCandidates(session, prompt, { ...options, stopTokens: NONE, isDone });
    expect(candidates.map(({ tokens }) => tokens.length)).toEqual(lengths);
    const controller = new AbortController();
    const cancelled = generateCandidates(session, prompt, {
      ...options,
      stopTokens: NONE,
      signal: controller.signal,
      pause: async () => controller.abort(),
    });
    await expect(cancelled).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
    expect((await session.sync(prompt)).logits).toEqual(fakeLogitsAfter(prompt));
  });
});
