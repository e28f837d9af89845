import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../../engine/generate/generate.ts';
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
});
