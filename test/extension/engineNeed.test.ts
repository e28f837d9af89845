import { beforeEach, expect, test } from 'vitest';
import type { ModelInfo, OpenModelParams } from '../../engine/index.ts';
import { EngineNeed } from '../../extension/engineNeed.ts';
import type { EngineState } from '../../extension/engineState.ts';
import { model } from './chat/scriptedEngine.ts';

const settings: OpenModelParams = { role: 'completion', path: '/foal', device: 'cpu', threads: 1, window: 64, conversions: '/c' };
let state: EngineState;
let done: string[];
let completes: boolean;
let chats: boolean;
const need = new EngineNeed(
  {
    get state() {
      return state;
    },
    start: ({ path }) => done.push(`start ${path}`),
    restart: ({ path }) => done.push(`restart ${path}`),
    stop: () => done.push('stop'),
    ready: async (): Promise<ModelInfo> => model,
  },
  () => settings,
  { completes: () => completes, chats: () => chats },
);

beforeEach(() => {
  state = { kind: 'off' };
  done = [];
  completes = false;
  chats = false;
});

test('the engine runs for completion or for a chat, and for nothing else', () => {
  for (const [withCompletion, withChat, outcome] of [
    [true, false, 'start /foal'],
    [false, true, 'start /foal'],
    [false, false, 'stop'],
  ] as const) {
    completes = withCompletion;
    chats = withChat;
    need.follow();
    expect(done.pop()).toBe(outcome);
    need.restart();
    expect(done.pop()).toBe(outcome.replace('start', 'restart'));
  }
});

test('a visible panel starts an engine that is off, but does not load a model that was unloaded by hand', () => {
  need.wake();
  expect(done).toEqual(['restart /foal']);
  for (const now of [
    { kind: 'unloaded', name: 'Foal' },
    { kind: 'ready', model },
    { kind: 'failed', reason: '' },
  ] as const) {
    state = now;
    need.wake();
  }
  expect(done).toEqual(['restart /foal']);
});

test('a question loads the model, whether the engine was off or the model unloaded', async () => {
  expect(await need.ready()).toBe(model);
  state = { kind: 'unloaded', name: 'Foal' };
  await need.ready();
  state = { kind: 'generating', model };
  await need.ready();
  expect(done).toEqual(['restart /foal', 'restart /foal']);
});
