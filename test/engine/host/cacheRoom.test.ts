import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CacheRoom } from '../../../engine/host/cacheRoom.ts';
import { Engine } from '../../../engine/host/engine.ts';
import type { ChatParams, OpenModelParams } from '../../../engine/host/protocol.ts';
import { Session } from '../../../engine/session/session.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { FakeRuntime } from '../../support/fakeRuntime.ts';
import { turn } from '../../support/turn.ts';

const machine = { free: 0 };
vi.mock('../../../engine/host/freeMemory.ts', () => ({ freeMemory: () => machine.free }));

/** Ten bytes for each token, as FakeRuntime has it. */
const timeline = async (tokens: number, window: number) => {
  const session = new Session(new FakeRuntime(), { window });
  await session.sync(Array.from({ length: tokens }, (_, i) => i % 32));
  return session;
};

describe('room for a timeline', () => {
  let all: Session[];
  let room: CacheRoom;
  const use = (which: number) => room.hold(all[which] as Session)();
  const held = () => all.map(({ cacheBytes }) => cacheBytes);
  beforeEach(async () => {
    all = [await timeline(100, 200), await timeline(50, 200), await timeline(30, 200)];
    room = new CacheRoom(() => all);
    for (const which of [1, 0, 2]) {
      machine.free = 1e9;
      use(which);
    }
  });

  it('is there: nobody gives anything back', () => {
    machine.free = 1700;
    use(2);
    expect(held()).toEqual([1000, 500, 300]);
  });

  it('is made by the timeline that was used the longest ago', () => {
    machine.free = 1699;
    use(2);
    expect(held()).toEqual([1000, 0, 300]);
  });

  it('is made by as many as it takes', () => {
    machine.free = 1000;
    use(2);
    expect(held()).toEqual([0, 0, 300]);
  });

  it('is not made by one that a request still uses', () => {
    machine.free = 0;
    const release = room.hold(all[1] as Session);
    expect(held()).toEqual([0, 500, 0]);
    use(2);
    expect(held()).toEqual([0, 500, 0]);
    release();
    use(2);
    expect(held()).toEqual([0, 0, 0]);
  });
});

describe('completions and a conversation that do not fit beside each other', () => {
  const engine = new Engine();
  const params: OpenModelParams = { role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 512 };
  const request = { prefix: 'const a = 1;\nconst b = ', suffix: '', path: 'a.ts', maxTokens: 6, multiline: false };
  const question: ChatParams = {
    conversation: { system: '', pinned: { text: '', mode: 'off' }, turns: [turn('What is a function?')] },
    overflow: 'oldest',
    maxTokens: 6,
    use: { window: 512 },
  };
  afterEach(() => engine.close());

  it('take turns in memory, and say the same', async () => {
    machine.free = 2 ** 40;
    await engine.open(params);
    const { session } = engine.opened;
    const completed = await engine.complete(request);
    const answered = await engine.chat(question);
    expect(session.cacheBytes).toBeGreaterThan(0);
    machine.free = 0;
    expect((await engine.chat(question)).text).toBe(answered.text);
    expect(session.cacheBytes).toBe(0);
    expect((await engine.complete(request)).text).toBe(completed.text);
    expect(session.cacheBytes).toBeGreaterThan(0);
    const again = await engine.chat(question);
    expect([again.text, again.stats.reusedTokens]).toEqual([answered.text, 0]);
  });
});
