import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { type Candidate, type CandidateOptions, generateInGroups } from '../../../engine/generate/candidates.ts';
import { endIn, entropyOf } from '../../../engine/generate/uncertainty.ts';
import { Session } from '../../../engine/session/session.ts';
import { FakeRuntime, fakeLogitsAfter } from '../../support/fakeRuntime.ts';
import { Random } from '../../support/random.ts';

const prompt = new Random(43).tokens(100, 32);
const sampling = { temperature: 0.6, topK: 0, topP: 1, seed: 5 };
const options: CandidateOptions = { count: 8, maxTokens: 9, sampling, stopTokens: new Set([3, 4]), measure: true };

const sessionWith = (room: number, canBranch = true) => {
  const runtime = new FakeRuntime({ contextLength: prompt.length + room, canBranch });
  return { runtime, session: new Session(runtime) };
};
const chosen = async (room: number, canBranch = true) => {
  const { session, runtime } = sessionWith(room, canBranch);
  return { ...(await generateInGroups(session, prompt, options)), session, runtime };
};

/** Probabilities at temperature 1, in double precision. */
function probabilities(tokens: readonly number[]): number[] {
  const logits = Array.from(fakeLogitsAfter([...prompt, ...tokens]));
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
}

describe('candidates in groups', () => {
  it('are the same whether they fit all at once, a few at once, or one after the other', async () => {
    const all = await chosen(80);
    expect(all.abreast).toBe(8);
    expect(new Set(all.candidates.map(({ tokens }) => tokens.map(({ token }) => token).join())).size).toBe(8);
    for (const [room, abreast] of [
      [79, 7],
      [35, 3],
      [10, 1],
    ] as const) {
      const few = await chosen(room);
      expect(few.abreast).toBe(abreast);
      expect(few.candidates).toEqual(all.candidates);
      expect(Math.max(...few.runtime.runs.slice(1))).toBeLessThanOrEqual(abreast);
    }
    const alone = await chosen(80, false);
    expect(alone.abreast).toBe(1);
    expect(alone.candidates).toEqual(all.candidates);
  });

  it('report the probability of each token and of the end, whether cut short or not', async () => {
    const { candidates } = await chosen(80);
    expect(new Set(candidates.map(({ finish }) => finish))).toEqual(new Set(['stop', 'length']));
    for (const { tokens, measured } of candidates) {
      const all = tokens.map(({ token }) => token);
      for (const [at, entropy] of (measured?.entropies ?? []).entries()) {
        const expected = probabilities(all.slice(0, at)).reduce((sum, p) => sum - p * Math.log(p), 0);
        expect(entropy).toBeCloseTo(expected, 5);
      }
      expect(measured?.entropies).toHaveLength(all.length);
      const behind = probabilities(all);
      expect(measured?.endLogProbability).toBeCloseTo(Math.log((behind[3] as number) + (behind[4] as number)), 5);
    }
  });

  it('leave the timeline at the prompt, which runs once', async () => {
    const { session, runtime, reused } = await chosen(35);
    expect(session.tokens).toEqual(prompt);
    expect(reused).toBe(0);
    expect(runtime.runs.filter((tokens) => tokens > 10)).toEqual([100]);
    expect(await session.step(7)).toEqual(fakeLogitsAfter([...prompt, 7]));
    expect((await generateInGroups(session, prompt, options)).reused).toBe(99);
  });

  it('are shorter if the window ends, and refused if it is full', async () => {
    const { candidates } = await chosen(5);
    expect(Math.max(...candidates.map(({ tokens }) => tokens.length))).toBe(4);
    await expect(chosen(1)).rejects.toSatisfy((error) => isPaddockError(error, 'bad-request'));
  });

  it('are cancelled between two runs', async () => {
    const { session } = sessionWith(80);
    const controller = new AbortController();
    let runs = 0;
    const pause = async () => {
      if (++runs === 6) controller.abort();
    };
    const given = { ...options, signal: controller.signal, pause };
    await expect(generateInGroups(session, prompt, given)).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
    expect(runs).toBe(6);
    expect(session.tokens).toEqual(prompt);
  });

  it('end within one run when stopped early, and are measured like others', async () => {
    const all = await chosen(80);
    const tokensOf = (candidates: readonly Candidate[]) => candidates.map(({ tokens }) => tokens.map(({ token }) => token));
    const lengths = tokensOf(all.candidates).map(({ length }) => length);
    const enoughAfter = async (steps: number, room = 80) => {
      const { session, runtime } = sessionWith(room);
      const enough = new AbortController();
      let paused = 0;
      const pause = async () => {
        if (++paused === steps + 1) enough.abort(); // the first run is the prompt
      };
      const found = await generateInGroups(session, prompt, { ...options, enough: enough.signal, pause });
      expect(session.tokens).toEqual(prompt);
      expect(runtime.runs.slice(1)).toHaveLength(steps);
      return found.candidates;
    };
    const cut = await enoughAfter(4);
    expect(tokensOf(cut)).toEqual(tokensOf(all.candidates).map((tokens) => tokens.slice(0, 4)));
    expect(cut.map(({ isCut = false }) => isCut)).toEqual(lengths.map((length) => length >= 4));
    for (const { tokens, measured } of cut) {
      expect(measured?.entropies).toHaveLength(tokens.length);
      const behind = probabilities(tokens.map(({ token }) => token));
      expect(measured?.endLogProbability).toBeCloseTo(Math.log((behind[3] as number) + (behind[4] as number)), 5);
    }
    // Candidates that end by length are measured in one more run; if that is the last run, none is cut.
    expect(await enoughAfter(9)).toEqual(all.candidates);
    // Later groups return nothing.
    const few = await enoughAfter(4, 35);
    expect(few.slice(3).map(({ tokens, isCut }) => [tokens.length, isCut])).toEqual(Array(5).fill([0, true]));
  });
});

describe('how uncertain a model is', () => {
  it('is the entropy: ln n for n equal choices, 0 for a certain one', () => {
    expect(entropyOf(new Float32Array(7).fill(2))).toBeCloseTo(Math.log(7), 9);
    expect(entropyOf(Float32Array.of(0, 1000, -Infinity))).toBe(0);
  });

  it('is finite even if the answer cannot end', () => {
    const never = endIn(Float32Array.of(0, -Infinity, 3), new Set([1, 9]));
    expect(Number.isFinite(never)).toBe(true);
    expect(never).toBeLessThan(-500);
  });
});
