import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { chat } from '../../../engine/generate/chat.ts';
import { type ChatCandidatesRequest, chatCandidates } from '../../../engine/generate/chatCandidates.ts';
import { openingsOf } from '../../../engine/generate/decision.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { untilEnd } from '../../../engine/generate/streamText.ts';
import type { SessionOptions } from '../../../engine/session/session.ts';
import { FEATURES, featuresOf } from '../../../engine/tuning/preference/features.ts';
import { temperatureFor } from '../../../engine/tuning/preference/temperature.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';
import { undecided } from '../../support/undecided.ts';

let model: LanguageModel;
beforeAll(async () => {
  model = await openFolder(defaultModel);
});
afterAll(() => model.dispose());

const QUESTION = 'Name a colour of the evening sky.';
const request = (more: Partial<ChatCandidatesRequest> = {}): ChatCandidatesRequest => ({
  conversation: { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content: [{ kind: 'text', text: QUESTION }] }] },
  overflow: 'oldest',
  maxTokens: 12,
  count: 4,
  refuseAbove: 1,
  ...more,
});
const answered = (more: Partial<ChatCandidatesRequest> = {}, options: SessionOptions = {}, by = model) =>
  chatCandidates(by, by.newSession(options), request(more), { name: 'default' });
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 3));

describe('several answers of the default model', () => {
  it('are as many as requested, differ, and come in pieces', async () => {
    const texts = new Map<number, string>();
    const found = await chatCandidates(model, model.newSession(), request({ count: 8 }), { name: 'default' }, (news) =>
      texts.set(news.candidate, (texts.get(news.candidate) ?? '') + news.piece),
    );
    expect(found.candidates).toHaveLength(8);
    expect(new Set(found.candidates.map(({ text }) => text)).size).toBeGreaterThan(4);
    for (const [i, { text }] of found.candidates.entries()) expect(text.startsWith(texts.get(i) ?? '')).toBe(true);
    expect(found.temperature).toBe(temperatureFor(8));
    expect(found.abreast).toBe(8);
    expect(found.refusal?.refused).toBe(false);
    expect(found.candidates.some(({ refused }) => refused)).toBe(false);
    expect(found.stats.promptTokens).toBe(found.budget.promptTokens + 1); // plus the deciding token
  });

  it('are no longer than what is reserved for them', async () => {
    const { candidates, budget } = await answered({ maxTokens: Number.MAX_SAFE_INTEGER, reserve: 5 });
    expect(budget.reserve).toBe(5);
    expect(Math.max(...candidates.map(({ marks }) => marks.length))).toBe(5);
  });

  it('report the probabilities of each token, the decision and the end, from which features are computed', async () => {
    const { candidates, budget } = await answered();
    for (const { text, logProbabilities, entropies, endLogProbability, state, outcome, features, marks } of candidates) {
      expect(logProbabilities).toHaveLength(marks.length + 1);
      expect(entropies).toHaveLength(marks.length + 1);
      expect(marks.at(-1)?.end ?? 0).toBe(text.length);
      expect(marks.map(({ logProbability }) => logProbability)).toEqual(logProbabilities.slice(1));
      const isRefusal = outcome === 'refuses';
      const observed = { before: QUESTION, after: '', text, logProbabilities, entropies, endLogProbability, state, isRefusal };
      expect(features).toEqual(featuresOf(observed));
      expect(features.every(Number.isFinite)).toBe(true);
    }
    expect(budget.leftOut).toEqual([]);
  });

  it('have the same probabilities when the model reads them in one run', async () => {
    const exact = await openFolder(defaultModel, { precision: 'float32' });
    const session = exact.newSession();
    const found = await chatCandidates(exact, session, request({ maxTokens: 6 }), { name: 'default' });
    const comply = model.tokenizer.control('<|comply|>') as number;
    const prompt = session.tokens; // ends with the deciding token
    expect(prompt.at(-1)).toBe(comply);
    let read = 0;
    for (const { text, logProbabilities, entropies, endLogProbability } of found.candidates) {
      const own = model.tokenizer.encode(text);
      if (own.length !== logProbabilities.length - 1) continue; // was generated in other tokens than it is read in
      read++;
      const rows: number[][] = [];
      for await (const chunk of exact.newSession().evaluate([...prompt, ...own])) {
        for (const { logits } of chunk) rows.push(logProbabilitiesOf(logits));
      }
      const from = rows.slice(prompt.length - 2);
      expect(logProbabilities).toEqual(near([comply, ...own].map((token, i) => from[i]?.[token] as number)));
      expect(entropies).toEqual(near([comply, ...own].map((_, i) => entropy(from[i] as number[]))));
      const end = Math.log([...model.stopTokens].reduce((sum, token) => sum + Math.exp(from.at(-1)?.[token] ?? -1e9), 0));
      expect(endLogProbability).toBeCloseTo(end, 3);
    }
    expect(read).toBeGreaterThan(0);
    await exact.dispose();
  });

  it('are the ordinary answer if one is requested', async () => {
    const { conversation, overflow, maxTokens } = request();
    const alone = await answered({ count: 1 });
    const pieces = chat(model, model.newSession(), { conversation, overflow, maxTokens, refuseAbove: 1 }, { name: 'default' });
    expect(alone.candidates[0]?.text).toBe((await untilEnd(pieces)).text);
    expect(alone.temperature).toBe(0);
  });

  it('all refuse if the threshold says so', async () => {
    const { candidates, refusal } = await answered({ refuseAbove: -1 });
    expect(refusal?.refused).toBe(true);
    const first = FEATURES.indexOf('first_log_prob');
    const expected = Math.max(-20, candidates[0]?.logProbabilities[0] as number);
    for (const { features, refused } of candidates) {
      expect(features[first]).toBeCloseTo(expected, 12);
      expect(refused).toBe(true);
    }
  });

  it('are computed in groups if the window is small', async () => {
    const { abreast, candidates } = await answered({ count: 16 }, { window: 64 });
    expect(abreast).toBeGreaterThan(0);
    expect(abreast).toBeLessThan(16);
    expect(candidates).toHaveLength(16);
  });

  it('end before a stop text, whose probability counts as that of the end', async () => {
    const { candidates } = await answered({ maxTokens: 24, stop: [' '] });
    for (const { text, logProbabilities, marks, endLogProbability } of candidates) {
      expect(text).not.toContain(' ');
      if (marks.length + 1 === logProbabilities.length) continue;
      const behind = marks.slice(logProbabilities.length - 1).reduce((sum, mark) => sum + mark.logProbability, 0);
      expect(endLogProbability).toBeCloseTo(behind, 12);
    }
    expect(candidates.some(({ text }) => text !== '')).toBe(true);
  });

  it('are decided by the openings of refusals if the model has no token for it', async () => {
    const other = undecided(model);
    const openings = openingsOf(other.tokenizer).map((token) => other.tokenizer.texts[token] as string);
    const { candidates, refusal } = await answered({ refuseAbove: -1 }, {}, other);
    expect(refusal?.refused).toBe(true);
    for (const { text, logProbabilities, marks, outcome, refused } of candidates) {
      expect(logProbabilities).toHaveLength(marks.length);
      expect(refused).toBe(outcome !== 'complies');
      expect(openings.some((opening) => text.startsWith(opening))).toBe(true);
    }
  });

  it('are refused for other counts, and can be cancelled', async () => {
    await expect(answered({ count: 3 as 4 })).rejects.toSatisfy((error) => isPaddockError(error, 'bad-request'));
    const controller = new AbortController();
    const session = model.newSession();
    const given = { name: 'default', signal: controller.signal };
    const running = chatCandidates(model, session, request({ maxTokens: 200 }), given, () => controller.abort());
    await expect(running).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
    expect((await chatCandidates(model, session, request(), { name: 'default' })).candidates).toHaveLength(4);
  });

  it('when stopped early, are those that have ended, else the longest one, else none', async () => {
    const maxTokens = 200;
    const all = await answered({ maxTokens });
    /** Stops after this many runs, counted from the first word. */
    const answeredUntil = async (runs: number) => {
      const enough = new AbortController();
      const texts = all.candidates.map(() => '');
      let left = Number.POSITIVE_INFINITY;
      const count = () => {
        if (left-- <= 0) enough.abort();
      };
      const given = { name: 'default', enough: enough.signal, pause: async () => count() };
      const found = await chatCandidates(model, model.newSession(), request({ maxTokens }), given, ({ candidate, piece }) => {
        texts[candidate] += piece;
        left = Math.min(left, runs);
      });
      return { found: found.candidates, texts };
    };
    const { found, texts } = await answeredUntil(1);
    expect(found).toMatchObject([{ isCut: true, finish: 'stop' }]);
    expect(found[0]?.text.startsWith(texts[0] ?? '?')).toBe(true);
    expect(all.candidates[0]?.text.startsWith(found[0]?.text ?? '?')).toBe(true);
    const shortest = Math.min(...all.candidates.map(({ marks }) => marks.length));
    const later = await answeredUntil(shortest + 2);
    expect(later.found.length).toBeGreaterThan(0);
    for (const each of later.found) expect(all.candidates).toContainEqual(each);
    const none = { name: 'default', enough: AbortSignal.abort() };
    const nothing = chatCandidates(model, model.newSession(), request(), none);
    await expect(nothing).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
  });
});

function logProbabilitiesOf(logits: Float32Array): number[] {
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return Array.from(logits, (logit) => logit - total);
}

function entropy(logProbabilities: readonly number[]): number {
  return logProbabilities.reduce((sum, log) => sum - Math.exp(log) * log, 0);
}
