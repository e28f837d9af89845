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
  it('is answered in pieces, and says what it took', async () => {
    const { pieces, answer } = await answered(model.newSession(), request([turn('What does this do?\n\nlet a = 1;')]));
    expect(pieces.join('')).toBe(answer.text);
    expect(answer.budget.promptTokens).toBe(answer.stats.promptTokens - 1); // and the decision
    expect(answer.budget.segments.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(answer.budget.promptTokens);
    expect(answer.budget.cacheBytes).toBe((answer.budget.promptTokens + 12) * model.runtime.cacheBytesPerToken);
  });

  it('reuses what went before in the next turn', async () => {
    const session = model.newSession();
    const first = await answered(session, request([turn('Name a colour of the sky in the evening.')]));
    const second = await answered(
      session,
      request([turn('Name a colour of the sky in the evening.', first.answer.text), turn('Another?')]),
    );
    expect(second.answer.stats.reusedTokens).toBeGreaterThanOrEqual(first.answer.budget.promptTokens - 1);
  });

  it('decides by its first token whether it refuses, and tells how probable that was', async () => {
    const ask = (refuseAbove: number) =>
      answered(model.newSession(), request([turn('How do I kill a process?')], { refuseAbove }));
    const [never, always] = [await ask(1), await ask(-1)];
    expect(never.answer.refusal?.refused).toBe(false);
    expect(always.answer.refusal?.refused).toBe(true);
    expect(never.answer.refusal?.probability).toBeCloseTo(always.answer.refusal?.probability as number, 5);
    const begun = await answered(model.newSession(), request([turn('How do I kill a process?', 'You')]));
    expect(begun.answer.refusal).toBeUndefined();
  });

  it('is decided by what refusals begin with where it has no token for that and a threshold is asked for', async () => {
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
    // What is said begins with the token that was chosen: nothing of the text is left out.
    for (const { pieces, answer } of [never, always]) expect(pieces.join('')).toBe(answer.text);
    const probability = never.answer.refusal?.probability ?? 0;
    expect(probability).toBeCloseTo(always.answer.refusal?.probability ?? 1, 5);
    const passed = await ask({ refuseAbove: probability * 1.1 });
    const held = await ask({ refuseAbove: probability * 0.9 });
    expect([openings.includes(first(passed)), openings.includes(first(held))]).toEqual([false, true]);
    // Its own choice stands where that is no refusal.
    if (!openings.includes(first(itself))) expect(never.answer.text).toBe(itself.answer.text);
  });

  it('takes off the log-odds of a refusal what the model says', async () => {
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

  it('tells how probable a refusal is without an answer, from one prefill', async () => {
    const given = request([turn('How do I kill a process?')]);
    const session = model.newSession();
    const probability = await refusalProbability(model, session, given, { name: 'default' });
    expect(probability).toBeCloseTo((await answered(model.newSession(), given)).answer.refusal?.probability as number, 5);
    expect(session.tokens).toHaveLength(budgetOf(model, 'default', session.contextLength, given).promptTokens);
  });

  it('is refused before anything is run where its last message is too long', async () => {
    const session = model.newSession({ window: 64 });
    const long = request([turn('word '.repeat(200))]);
    await expect(answered(session, long)).rejects.toMatchObject({ code: 'bad-request' });
    expect(session.tokens).toEqual([]);
    expect(() => budgetOf(model, 'default', 64, long)).toThrowError(/the window of 64/);
  });

  it('leaves out what does not fit, and says which turns', () => {
    const turns = Array.from({ length: 30 }, (_, i) => turn(`question ${i}`, `answer ${i}`));
    const { leftOut, promptTokens } = budgetOf(model, 'default', 128, request([...turns, turn('last')]));
    expect(leftOut.length).toBeGreaterThan(5);
    expect(leftOut[0]).toBe(0);
    expect(promptTokens).toBeLessThanOrEqual(128 - 12);
  });

  it('has the oldest turns summarised by the model, where that is asked for', async () => {
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

  it('has room for a summary in a small window, in which all that is left out is told', async () => {
    const turns = Array.from({ length: 12 }, (_, i) => turn(`question ${i}`, `answer ${i}`));
    const given = request([...turns, turn('last')], { overflow: 'summary' });
    const { answer } = await answered(model.newSession({ window: 128 }), given);
    expect(answer.summary).toBeDefined();
    expect(answer.budget).toMatchObject({ window: 128, reserve: 12 });
    expect(answer.budget.promptTokens).toBeLessThanOrEqual(128 - 12);
  });

  it('goes without a summary where the message leaves no room for one', async () => {
    const given = request([turn('question', 'answer'), turn('word '.repeat(54))], { overflow: 'summary' });
    expect(budgetOf(model, 'default', 128, given).leftOut).toEqual([0]);
    const { answer } = await answered(model.newSession({ window: 128 }), given);
    expect(answer.summary).toBeUndefined();
    expect(answer.budget.leftOut).toEqual([0]);
  });

  it('goes without a summary where that takes more tokens written out than said, and the message leaves it none of them', async () => {
    const folder = await temporaryFolder();
    try {
      // It says in one token what is read as one for each byte.
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
      expect(short.answer.budget).toMatchObject(window);
      const { answer } = await ask('m'.repeat(320));
      expect(answer.summary).toBeUndefined();
      expect(answer.budget).toMatchObject(window);
      await scripted.dispose();
    } finally {
      await folder.remove();
    }
  });

  it('has turns that are longer than the window summarised part by part, none of them cut, in the same use of the window', async () => {
    const turns = Array.from({ length: 40 }, (_, i) => turn(`question number ${i}`, `answer number ${i}.`));
    const session = model.newSession({ window: 256, scaling: { kind: 'linear', factor: 4 } });
    const runs = vi.spyOn(Session.prototype, 'sync');
    try {
      await summaryOf(model, session, turns, request([]), { name: 'default' });
      const read = runs.mock.calls.map(([tokens]) => model.tokenizer.decode(tokens)).join('\n');
      for (let i = 0; i < turns.length; i++) expect(read).toContain(`question number ${i}\n`);
      const longer = runs.mock.calls.length;
      expect(longer).toBeGreaterThan(2);
      // One turn more is told on from there.
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

  it('is refused a summary where not even the request for one fits', async () => {
    const summary = summaryOf(model, model.newSession({ window: 16 }), [turn('question', 'answer')], request([]), {
      name: 'default',
    });
    await expect(summary).rejects.toMatchObject({ code: 'bad-request' });
  });
});
