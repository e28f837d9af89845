import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { generate } from '../../../engine/generate/generate.ts';
import { tokenLosses } from '../../../engine/generate/tokenLosses.ts';
import { type Pause, Turns } from '../../../engine/generate/turns.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import type { Session } from '../../../engine/session/session.ts';
import { openLlama } from '../../support/engine.ts';
import { randomLlama, TINY_SHAPES } from '../../support/llama.ts';
import { Random } from '../../support/random.ts';

const shape = TINY_SHAPES['GQA 4/2, tied head, 3 layers'];
const chatPrompt = new Random(161).tokens(300, shape.vocabulary);
const codePrompt = new Random(162).tokens(200, shape.vocabulary);

describe('a completion during a chat, on one loaded model', () => {
  let model: Awaited<ReturnType<typeof openLlama>>;
  beforeAll(async () => {
    model = await openLlama(randomLlama(shape, 163), { precision: 'float32' });
  });
  afterAll(() => model.dispose());

  async function tokens(session: Session, prompt: readonly number[], maxTokens: number, pause?: Pause) {
    const chosen: number[] = [];
    for await (const { token } of generate(session, prompt, { maxTokens, sampling: GREEDY, stopTokens: new Set(), pause })) {
      chosen.push(token);
    }
    return chosen;
  }

  it.each([
    ['in its prefill', 1, false],
    ['in its decode', 20, false],
    ['in its decode, and takes its cache away', 20, true],
  ])('runs %s, and both give the same text as alone', async (_, moment, evicts) => {
    const alone = {
      chat: await tokens(model.newSession(), chatPrompt, 60),
      completion: await tokens(model.newSession(), codePrompt, 20),
    };
    const turns = new Turns();
    const [chatSession, codeSession] = [model.newSession(), model.newSession()];
    const ended: string[] = [];
    let steps = 0;
    let completion: Promise<number[]> | undefined;
    const chat = turns.run('chat', async (pause) => {
      const counting = async () => {
        if (++steps === moment) {
          completion = turns.run('completion', (inner) => {
            if (evicts) chatSession.evict();
            return tokens(codeSession, codePrompt, 20, inner);
          });
          void completion.then(() => ended.push('completion'));
        }
        await pause();
      };
      const chosen = await tokens(chatSession, chatPrompt, 60, counting);
      ended.push('chat');
      return chosen;
    });
    expect(await chat).toEqual(alone.chat);
    expect(await completion).toEqual(alone.completion);
    expect(ended).toEqual(['completion', 'chat']);
  });

  it.each([
    ['before its prefill', 1, codePrompt],
    ['in its prefill', 2, codePrompt],
    ['in its prefill, of what it has read and is yet to read', 3, chatPrompt.slice(0, 290)],
    ['at its first token', 4, codePrompt],
    ['in its decode', 20, codePrompt],
    ['in its decode, of its own beginning', 20, chatPrompt.slice(0, 200)],
  ])('runs on the same timeline %s, and both give the same text as alone', async (_, moment, prompt) => {
    const alone = {
      long: await tokens(model.newSession(), chatPrompt, 60),
      short: await tokens(model.newSession(), prompt, 20),
    };
    const session = model.newSession();
    let pauses = 0;
    let short: readonly number[] = [];
    const long = await tokens(session, chatPrompt, 60, async () => {
      if (++pauses === moment) short = await tokens(session, prompt, 20);
    });
    expect(short).toEqual(alone.short);
    expect(long).toEqual(alone.long);
    expect(session.tokens).toEqual([...chatPrompt, ...long.slice(0, -1)]);
  });

  it('computes nothing again where nobody used its timeline', async () => {
    const session = model.newSession();
    const run = vi.spyOn(model.runtime, 'run');
    await tokens(session, chatPrompt, 9, async () => {});
    expect(run.mock.calls.map(([{ ids }]) => ids.length)).toEqual([128, 128, 44, 1, 1, 1, 1, 1, 1, 1, 1]);
    run.mockRestore();
  });

  it('runs on the timeline of a text that is measured, whose every token is still told once', async () => {
    const losses = async (session: Session, pause?: Pause) => {
      const found: number[] = [];
      for await (const loss of tokenLosses(session, chatPrompt, undefined, pause)) found.push(loss);
      return found;
    };
    const alone = await losses(model.newSession());
    const session = model.newSession();
    let pauses = 0;
    const measured = await losses(session, async () => {
      if (++pauses === 2) await session.sync(codePrompt);
      if (pauses === 4) await session.sync(chatPrompt); // all that is yet to be measured
    });
    expect(measured).toHaveLength(alone.length);
    for (const [i, loss] of measured.entries()) expect(loss).toBeCloseTo(alone[i] as number, 4);
  });
});
