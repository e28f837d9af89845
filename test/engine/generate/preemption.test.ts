import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../../engine/generate/generate.ts';
import { type Pause, Turns } from '../../../engine/generate/turns.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import { SessionPool } from '../../../engine/session/pool.ts';
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

  async function tokens(session: Session, prompt: readonly number[], maxTokens: number, pause?: Pause, onToken?: () => void) {
    const chosen: number[] = [];
    for await (const { token } of generate(session, prompt, { maxTokens, sampling: GREEDY, stopTokens: new Set(), pause })) {
      chosen.push(token);
      onToken?.();
    }
    return chosen;
  }

  it.each([
    ['in its prefill, both caches in memory', 1, Infinity],
    ['in its decode, both caches in memory', 20, Infinity],
    ['in its decode, when only one cache fits', 20, 400],
  ])('comes in %s, and both give what they give alone', async (_, moment, budgetTokens) => {
    const alone = {
      chat: await tokens(model.newSession(), chatPrompt, 60),
      completion: await tokens(model.newSession(), codePrompt, 20),
    };
    const turns = new Turns();
    const pool = new SessionPool(model.runtime, { budget: budgetTokens * model.runtime.cacheBytesPerToken });
    const ended: string[] = [];
    let steps = 0;
    let completion: Promise<number[]> | undefined;
    const chat = turns.run('chat', (pause) =>
      pool.use('chat', async (session) => {
        const counting = async () => {
          if (++steps === moment) {
            completion = turns.run('completion', (inner) => pool.use('completion', (own) => tokens(own, codePrompt, 20, inner)));
            void completion.then(() => ended.push('completion'));
          }
          await pause();
        };
        const chosen = await tokens(session, chatPrompt, 60, counting);
        ended.push('chat');
        return chosen;
      }),
    );
    expect(await chat).toEqual(alone.chat);
    expect(await completion).toEqual(alone.completion);
    expect(ended).toEqual(['completion', 'chat']);
    pool.clear();
  });
});
