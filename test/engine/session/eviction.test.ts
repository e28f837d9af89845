import { describe, expect, it } from 'vitest';
import { Session } from '../../../engine/session/session.ts';
import { FakeRuntime, fakeLogitsAfter } from '../../support/fakeRuntime.ts';
import { Random } from '../../support/random.ts';

const prompt = new Random(51).tokens(300, 32);

describe('a session that gave its cache back', () => {
  const evicted = async () => {
    const runtime = new FakeRuntime();
    const session = new Session(runtime);
    await session.sync(prompt);
    session.evict();
    runtime.runs.length = 0;
    return { runtime, session };
  };

  it('remembers its tokens, and continues with the same logits', async () => {
    const { runtime, session } = await evicted();
    expect(await session.step(9)).toEqual(fakeLogitsAfter([...prompt, 9]));
    expect(runtime.runs).toEqual([128, 128, 44, 1]);
    expect(session.tokens).toEqual([...prompt, 9]);
  });

  it('computes the whole of the next prompt', async () => {
    const { session } = await evicted();
    const { logits, reused } = await session.sync([...prompt, 1, 2]);
    expect(reused).toBe(0);
    expect(logits).toEqual(fakeLogitsAfter([...prompt, 1, 2]));
  });

  it('branches at the same place', async () => {
    const { session } = await evicted();
    const branches = await session.fork(2, 4);
    expect(await branches.step([3, 4])).toEqual([3, 4].map((token) => ({ logits: fakeLogitsAfter([...prompt, token]) })));
  });

  it('computes a prompt again if its cache is taken away between two chunks', async () => {
    const session = new Session(new FakeRuntime());
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 3) session.evict();
    };
    const { logits } = await session.sync(prompt, undefined, pause);
    expect(pauses).toBe(5);
    expect(logits).toEqual(fakeLogitsAfter(prompt));
  });
});
