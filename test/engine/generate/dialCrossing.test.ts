import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalProbability } from '../../../engine/generate/chat.ts';
import type { ChatRequest } from '../../../engine/generate/chatRequest.ts';
import { crossed, dialCrossing } from '../../../engine/generate/dialCrossing.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import type { Steering } from '../../../engine/runtime/steering.ts';
import { crossingOf } from '../../../engine/tuning/refusal/dial.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';
import { fastNormal } from '../../support/random.ts';
import { turn } from '../../support/turn.ts';
import { undecided } from '../../support/undecided.ts';

let model: LanguageModel;
beforeAll(async () => {
  model = await openFolder(defaultModel);
});
afterAll(() => model.dispose());

const request: ChatRequest = {
  conversation: {
    system: 'Be kind.',
    pinned: { text: '', mode: 'off' },
    turns: [turn('What is a signal?', 'A short message to a process.'), turn('How do I kill it?')],
  },
  overflow: 'summary',
  maxTokens: 8,
};
const options = { name: 'default' };

function steering(coefficient: number): Steering {
  const { layers, hiddenSize = 0 } = model.config;
  const directions = new Float32Array(layers * hiddenSize);
  directions.set(fastNormal(hiddenSize, 1, 3), 2 * hiddenSize);
  return { mode: 'add', coefficient, directions };
}

describe('the place of the dial where a question is no longer refused', () => {
  it('is read from the conversation, under the steering of each place', async () => {
    const along = [steering(6), steering(3), undefined, steering(-3), steering(-6)];
    const asked = undecided(model);
    const read: (number | undefined)[] = [];
    for (const each of along) {
      const session = asked.newSession({ window: 512, ...(each && { steering: each }) });
      read.push(await refusalProbability(asked, session, { ...request, overflow: 'oldest', refuseAbove: 0.5 }, options));
      session.evict();
    }
    expect(new Set(read).size).toBe(5);
    const found = await dialCrossing(asked, request, along, { window: 512 }, options);
    expect(found).toBeCloseTo(crossingOf(read as number[]), 5);
  });

  it('is unknown if the refusal at any place is unknown', () => {
    expect(crossed([0.9, 0.9, 0.5, 0.1, 0.1])).toBe(crossingOf([0.9, 0.9, 0.5, 0.1, 0.1]));
    expect(crossed([0.9, undefined, 0.5, 0.1, 0.1])).toBeUndefined();
    expect(crossed([])).toBeUndefined();
  });

  it('can be cancelled between any two places', async () => {
    const signal = AbortSignal.abort();
    const looking = dialCrossing(model, request, [undefined], { window: 512 }, { ...options, signal });
    await expect(looking).rejects.toMatchObject({ code: 'cancelled' });
  });
});
