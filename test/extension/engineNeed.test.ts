import { beforeEach, describe, expect, test } from 'vitest';
import type { ModelInfo, OpenModelParams } from '../../engine/index.ts';
import { EngineNeed } from '../../extension/engineNeed.ts';
import type { EngineState } from '../../extension/engineState.ts';
import { model } from './chat/scriptedEngine.ts';

const foal: OpenModelParams = { role: 'completion', path: '/foal', device: 'cpu', threads: 1, window: 64, conversions: '/c' };
const mare: OpenModelParams = { ...foal, role: 'chat', path: '/mare' };
let done: string[];
let completes: boolean;
let chats: boolean;
let ownModel: OpenModelParams | undefined;

/** An engine that records what is done to it. */
function engineOf(name: string) {
  return {
    state: { kind: 'off' } as EngineState,
    isInUse: false,
    start: ({ path }: OpenModelParams) => done.push(`${name} start ${path}`),
    restart: ({ path }: OpenModelParams) => done.push(`${name} restart ${path}`),
    stop: () => done.push(`${name} stop`),
    ready: async (): Promise<ModelInfo> => ({ ...model, name }),
  };
}

let engine: ReturnType<typeof engineOf>;
let own: ReturnType<typeof engineOf>;
let hasOwn: boolean;
let need: EngineNeed;

beforeEach(() => {
  done = [];
  completes = false;
  chats = false;
  hasOwn = false;
  ownModel = undefined;
  engine = engineOf('shared');
  own = engineOf('own');
  const conversations = {
    own,
    useOwn: (has: boolean) => {
      hasOwn = has;
    },
  };
  const wanted = () => ({ completion: foal, chat: ownModel });
  need = new EngineNeed(engine, conversations, wanted, { completes: () => completes, chats: () => chats });
});

/** What following the settings does, and a restart. */
function doneFor(withCompletion: boolean, withChat: boolean): readonly string[] {
  completes = withCompletion;
  chats = withChat;
  done = [];
  need.follow();
  const followed = done;
  done = [];
  need.restart();
  expect(done).toEqual(followed.map((each) => each.replace('start', 'restart')));
  return followed;
}

describe('while the chat has no model of its own', () => {
  test('the engine runs for completion or for a chat, and for nothing else', () => {
    expect(doneFor(true, false)).toEqual(['shared start /foal', 'own stop']);
    expect(doneFor(false, true)).toEqual(['shared start /foal', 'own stop']);
    expect(doneFor(false, false)).toEqual(['shared stop', 'own stop']);
    expect(hasOwn).toBe(false);
  });

  test('a visible panel starts an engine that is off, but does not load a model that was unloaded by hand', () => {
    need.wake();
    expect(done).toEqual(['shared restart /foal']);
    for (const now of [
      { kind: 'unloaded', name: 'Foal' },
      { kind: 'ready', model },
      { kind: 'failed', reason: '' },
    ] as const) {
      engine.state = now;
      need.wake();
    }
    expect(done).toEqual(['shared restart /foal']);
  });

  test('a question loads the model, whether the engine was off or the model unloaded', async () => {
    expect(await need.ready()).toMatchObject({ name: 'shared' });
    engine.state = { kind: 'unloaded', name: 'Foal' };
    await need.ready();
    engine.state = { kind: 'generating', model };
    await need.ready();
    expect(done).toEqual(['shared restart /foal', 'shared restart /foal']);
  });
});

describe('while the chat has a model of its own', () => {
  beforeEach(() => {
    ownModel = mare;
  });

  test('each engine runs for what needs it', () => {
    expect(doneFor(true, false)).toEqual(['shared start /foal', 'own stop']);
    expect(doneFor(false, true)).toEqual(['shared stop', 'own start /mare']);
    expect(doneFor(true, true)).toEqual(['shared start /foal', 'own start /mare']);
    expect(doneFor(false, false)).toEqual(['shared stop', 'own stop']);
    expect(hasOwn).toBe(true);
  });

  test('what is under way in it goes on while nothing shows it, but not without the model', () => {
    own.isInUse = true;
    expect(doneFor(true, false)).toEqual(['shared start /foal', 'own start /mare']);
    ownModel = undefined;
    expect(doneFor(true, false)).toEqual(['shared start /foal', 'own stop']);
    expect(hasOwn).toBe(false);
  });

  test('a visible panel and a question open that model, and leave the other alone', async () => {
    need.wake();
    own.state = { kind: 'unloaded', name: 'Mare' };
    need.wake();
    expect(await need.ready()).toMatchObject({ name: 'own' });
    own.state = { kind: 'ready', model };
    await need.ready();
    expect(done).toEqual(['own restart /mare', 'own restart /mare']);
  });
});
