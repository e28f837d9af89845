import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Conversation } from '../../../engine/chat/conversation.ts';
import { budgetOf, chat, refusalProbability } from '../../../engine/generate/chat.ts';
import type { ChatRequest } from '../../../engine/generate/chatRequest.ts';
import { openingsOf } from '../../../engine/generate/decision.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { summaryOf } from '../../../engine/generate/summary.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import { Session } from '../../../engine/session/session.ts';
import { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { writeScriptedModel } from '../../support/scriptedModel.ts';
import { turn } from '../../support/turn.ts';
import { undecided } from '../../support/undecided.ts';

let model: LanguageModel;
beforeAll(async () => {
  model = await openFolder(defaultModel);
});
afterAll(() => model.dispose());

const request = (turns: Conversation['turns'], more: Partial<ChatRequest> = {}): ChatRequest => ({
  conversation: { system: '', pinned: { text: '', mode: 'off' }, turns },
  overflow: 'oldest',
  maxTokens: 12,
  ...more,
});

const answered = (session: ReturnType<LanguageModel['newSession']>, given: ChatRequest) => answeredBy(model, session, given);

async function answeredBy(by: LanguageModel, session: ReturnType<LanguageModel['newSession']>, given: ChatRequest) {
  const pieces: string[] = [];
  const generator = chat(by, session, given, { name: 'default' });
  for (;;) {
    const next = await generator.next();
    if (next.done) return { pieces, answer: next.value };
    pieces.push(next.value);
  }
}

describe('a conversation with the default model', () => {
  it('is answered in pieces, with statistics', async () => {
    const { pieces, answer } = await answered(model.newSession(), request([turn('What does this do?\n\nlet a = 1;')]));
    expect(pieces.join('')).toBe(answer.text);
    expect(answer.budget.promptTokens).toBe(answer.stats.promptTokens - 1); // plus the deciding token
    expect(answer.budget.segments.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(answer.budget.promptTokens);
    expect(answer.budget.cacheBytes).toBe((answer.budget.promptTokens + 12) * model.runtime.cacheBytesPerToken);
  });

  it('reuses the earlier turns in the next one', async () => {
    const session = model.newSession();
    const first = await answered(session, request([turn('Name a colour of the sky in the evening.')]));
    const second = await answered(
      session,
      request([turn('Name a colour of the sky in the evening.', first.answer.text), turn('Another?')]),
    );
    expect(second.answer.stats.reusedTokens).toBeGreaterThanOrEqual(first.answer.budget.promptTokens - 1);
  });

  it('decides by its first token whether to refuse, and reports the probability', async () => {
    const ask = (refuseAbove: number) =>
      answered(model.newSession(), request([turn('How do I kill a process?')], { refuseAbove }));
    const [never, always] = [await ask(1), await ask(-1)];
    expect(never.answer.refusal?.refused).toBe(false);
    expect(always.answer.refusal?.refused).toBe(true);
    expect(never.answer.refusal?.probability).toBeCloseTo(always.answer.refusal?.probability as number, 5);
    const begun = await answered(model.newSession(), request([turn('How do I kill a process?', 'You')]));
    expect(begun.answer.refusal).toBeUndefined();
  });

  it('is decided by the openings of refusals if the model has no token for it and a threshold is set', async () => {
    const other = undecided(model);
    const openings = openingsOf(other.tokenizer);
    expect(openings.length).toBeGreaterThan(0);
    expect(openingsOf(model.tokenizer)).toEqual([]);
    const ask = (more: Partial<ChatRequest>, prompt = 'How do I kill a process?') =>
      answeredBy(other, other.newSession(), request([turn(prompt)], { sampling: { ...GREEDY, alternatives: 1 }, ...more }));
    const first = ({ answer }: Awaited<ReturnType<typeof ask>>) => answer.tokens?.[0]?.token ?? -1;
    const [itself, never, always] = [await ask({}), await ask({ refuseAbove: 1 }), await ask({ refuseAbove: -1 })];
    expect(itself.answer.refusal).toBeUndefined();
    expect(openings).not.toContain(first(never));
    expect(openings).toContain(first(always));
    expect(never.answer.refusal?.refused).toBe(false);
    expect(always.answer.text.length).toBeGreaterThan(0);
    // The text begins with the chosen token: nothing is left out.
    for (const { pieces, answer } of [never, always]) expect(pieces.join('')).toBe(answer.text);
    const probability = never.answer.refusal?.probability ?? 0;
    expect(probability).toBeCloseTo(always.answer.refusal?.probability ?? 1, 5);
    const passed = await ask({ refuseAbove: probability * 1.1 });
    const held = await ask({ refuseAbove: probability * 0.9 });
    expect([openings.includes(first(passed)), openings.includes(first(held))]).toEqual([false, true]);
    // The model's own choice stands if it is not a refusal.
    if (!openings.includes(first(itself))) expect(never.answer.text).toBe(itself.answer.text);
  });

  it("subtracts the offset in the model's files from the log-odds of a refusal", async () => {
    const given = request([turn('How do I kill a process?')]);
    const read = async (name: string) => JSON.parse(await readFile(join(defaultModel, name), 'utf8'));
    const [json, config] = [await read('tokenizer.json'), await read('tokenizer_config.json')];
    const logOdds = async (refusalOffset: number) => {
      const tokenizer = new Tokenizer({
        json,
        config: { ...config, refusal_log_odds_offset: refusalOffset },
        path: 'tokenizer.json',
      });
      const of: LanguageModel = { ...model, tokenizer };
      const probability = (await refusalProbability(of, model.newSession(), given, { name: 'default' })) as number;
      return Math.log(probability / (1 - probability));
    };
    expect((await logOdds(0)) - (await logOdds(1.5))).toBeCloseTo(1.5, 3);
  });

  it('reports the probability of a refusal without an answer, from one prefill', async () => {
    const given = request([turn('How do I kill a process?')]);
    const session = model.newSession();
    const probability = await refusalProbability(model, session, given, { name: 'default' });
    expect(probability).toBeCloseTo((await answered(model.newSession(), given)).answer.refusal?.probability as number, 5);
    expect(session.tokens).toHaveLength(budgetOf(model, 'default', session.contextLength, given).promptTokens);
  });

  it('is refused before anything runs if its last message is too long', async () => {
    const session = model.newSession({ window: 64 });
    const long = request([turn('word '.repeat(200))]);
    await expect(answered(session, long)).rejects.toMatchObject({ code: 'bad-request' });
    expect(session.tokens).toEqual([]);
    expect(() => budgetOf(model, 'default', 64, long)).toThrowError(/the window of 64/);
  });

  it('leaves out turns that do not fit, and says which', () => {
    const turns = Array.from({ length: 30 }, (_, i) => turn(`question ${i}`, `answer ${i}`));
    const { leftOut, promptTokens } = budgetOf(model, 'default', 128, request([...turns, turn('last')]));
    expect(leftOut.length).toBeGreaterThan(5);
    expect(leftOut[0]).toBe(0);
    expect(promptTokens).toBeLessThanOrEqual(128 - 12);
  });

  it('has the oldest turns summarised by the model, on request', async () => {
    const turns = Array.from({ length: 30 }, (_, i) => turn(`question ${i}`, `answer ${i}`));
    const given = request([...turns, turn('last')], { overflow: 'summary' });
    const session = model.newSession({ window: 384 });
    const planned = budgetOf(model, 'default', 384, given);
    expect(planned.leftOut.length).toBeGreaterThan(3);
    expect(planned.promptTokens).toBeLessThanOrEqual(384 - 12 - 96);
    const { answer } = await answered(session, given);
    expect(answer.summary).toBeDefined();
    expect(model.tokenizer.decode(session.tokens)).toContain(`Earlier in this conversation: ${answer.summary}`);
    const again = await answered(session, given);
    expect(again.answer.summary).toBe(answer.summary);
    expect(again.answer.stats.reusedTokens).toBeGreaterThan(again.answer.budget.promptTokens - 2);
  });

  it('fits a summary of all left-out turns into a small window', async () => {
    const turns = Array.from({ length: 12 }, (_, i) => turn(`question ${i}`, `answer ${i}`));
    const given = request([...turns, turn('last')], { overflow: 'summary' });
    const { answer } = await answered(model.newSession({ window: 128 }), given);
    expect(answer.summary).toBeDefined();
    expect(answer.budget).toMatchObject({ window: 128, reserve: 12 });
    expect(answer.budget.promptTokens).toBeLessThanOrEqual(128 - 12);
  });

  it('has no summary if the message leaves no room for one', async () => {
    const given = request([turn('question', 'answer'), turn('word '.repeat(54))], { overflow: 'summary' });
    expect(budgetOf(model, 'default', 128, given).leftOut).toEqual([0]);
    const { answer } = await answered(model.newSession({ window: 128 }), given);
    expect(answer.summary).toBeUndefined();
    expect(answer.budget.leftOut).toEqual([0]);
    expect(answer.budget.isSummedUp).toBeUndefined();
  });

  it('has no summary if its text takes more tokens when it is read than when it was generated, and does not fit', async () => {
    const folder = await temporaryFolder();
    try {
      // The model generates as one token what is read as one token per byte.
      const script =
        'They spoke of how it all began, and of what is still to be done with what came of it; nobody knew yet who was going to do so, or when. Both hoped for the best.';
      await writeScriptedModel(folder.path, script);
      const scripted = await openFolder(folder.path);
      const ask = (message: string) =>
        answeredBy(
          scripted,
          scripted.newSession({ window: 512 }),
          request([turn('q'.repeat(120), 'a'.repeat(80)), turn(message)], { overflow: 'summary' }),
        );
      const short = await ask('m'.repeat(298));
      expect(short.answer.summary).toBe(script);
      const window = { window: 512, leftOut: [0] };
      expect(short.answer.budget).toMatchObject({ ...window, isSummedUp: true });
      const { answer } = await ask('m'.repeat(320));
      expect(answer.summary).toBeUndefined();
      expect(answer.budget).toMatchObject(window);
      expect(answer.budget.isSummedUp).toBeUndefined();
      await scripted.dispose();
    } finally {
      await folder.remove();
    }
  });

  it('has turns that are longer than the window summarised in parts, without cuts and in the same window', async () => {
    const turns = Array.from({ length: 40 }, (_, i) => turn(`question number ${i}`, `answer number ${i}.`));
    const session = model.newSession({ window: 256, scaling: { kind: 'linear', factor: 4 } });
    const runs = vi.spyOn(Session.prototype, 'sync');
    try {
      await summaryOf(model, session, turns, request([]), { name: 'default' });
      const read = runs.mock.calls.map(([tokens]) => model.tokenizer.decode(tokens)).join('\n');
      for (let i = 0; i < turns.length; i++) expect(read).toContain(`question number ${i}\n`);
      const longer = runs.mock.calls.length;
      expect(longer).toBeGreaterThan(2);
      // One more turn continues the summary from there.
      await summaryOf(model, session, [...turns, turn('and then?', 'Nothing.')], request([]), { name: 'default' });
      expect(runs.mock.calls.length).toBe(longer + 1);
      const [tokens = []] = runs.mock.calls[0] ?? [];
      const inUse = await session.sync(tokens);
      expect((await session.beside().sync(tokens)).logits).toEqual(inUse.logits);
      expect((await model.newSession({ window: 256 }).sync(tokens)).logits).not.toEqual(inUse.logits);
    } finally {
      runs.mockRestore();
    }
  });

  it('fails if not even the request for a summary fits', async () => {
    const summary = summaryOf(model, model.newSession({ window: 16 }), [turn('question', 'answer')], request([]), {
      name: 'default',
    });
    await expect(summary).rejects.toMatchObject({ code: 'bad-request' });
  });
});
