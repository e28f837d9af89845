import { describe, expect, it } from 'vitest';
import { SessionPool } from '../../../engine/session/pool.ts';
import { FakeRuntime, fakeLogitsAfter } from '../../support/fakeRuntime.ts';
import { Random } from '../../support/random.ts';

const prompts = Array.from({ length: 4 }, (_, i) => new Random(51 + i).tokens(40, 32));
const prompt = (i: number) => prompts[i] as number[];

describe('SessionPool', () => {
  /** Ten bytes a token: so many tokens fit. */
  const pool = (tokens: number) => new SessionPool(new FakeRuntime(), { budget: 10 * tokens });

  it('keeps timelines apart', async () => {
    const timelines = pool(1000);
    await timelines.use('chat', (session) => session.sync(prompt(0)));
    await timelines.use('completion', (session) => session.sync(prompt(1)));
    const again = await timelines.use('chat', (session) => session.sync([...prompt(0), 3]));
    expect(again.reused).toBe(40);
    expect(again.logits).toEqual(fakeLogitsAfter([...prompt(0), 3]));
    expect(timelines.bytes).toBe(810);
  });

  it('gives back the least recently used cache, which is computed again when it is needed', async () => {
    const timelines = pool(100);
    for (const i of [0, 1]) await timelines.use(`${i}`, (session) => session.sync(prompt(i)));
    await timelines.use('0', (session) => session.sync([...prompt(0), 1]));
    await timelines.use('2', (session) => session.sync(prompt(2)));
    expect(timelines.bytes).toBeLessThanOrEqual(1000);
    const reused = async (i: number) => (await timelines.use(`${i}`, (session) => session.sync([...prompt(i), 1, 2]))).reused;
    expect(await reused(0)).toBe(41);
    expect(await reused(1)).toBe(0);
    expect(timelines.bytes).toBeLessThanOrEqual(1000);
    const step = await timelines.use('2', async (session) => {
      expect(session.bytes).toBe(0);
      expect(session.tokens).toEqual(prompt(2));
      return session.step(9);
    });
    expect(step).toEqual(fakeLogitsAfter([...prompt(2), 9]));
  });

  it('takes the cache of one in use only when there is no other, and it goes on right', async () => {
    const timelines = pool(100);
    await timelines.use('idle', (session) => session.sync(prompt(3)));
    await timelines.use('chat', async (chat) => {
      await chat.sync(prompt(0));
      await timelines.use('completion', (session) => session.sync(prompt(1)));
      expect(chat.bytes).toBe(400);
      await timelines.use('completion', (session) => session.sync([...prompt(1), ...prompt(2)]));
      expect(chat.bytes).toBe(0);
      expect(await chat.step(4)).toEqual(fakeLogitsAfter([...prompt(0), 4]));
      expect(timelines.bytes).toBeLessThanOrEqual(1000);
    });
  });

  it('computes a prompt again whose cache is taken away between two of its chunks', async () => {
    const timelines = pool(500);
    const long = new Random(61).tokens(400, 32);
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 3) await timelines.use('completion', (session) => session.sync(long.slice(0, 300)));
    };
    const { logits } = await timelines.use('chat', (session) => session.sync(long, undefined, pause));
    expect(logits).toEqual(fakeLogitsAfter(long));
    expect(timelines.bytes).toBeLessThanOrEqual(5000);
  });

  it('has no window that is larger than the budget', async () => {
    await pool(64).use('chat', async (session) => expect(session.contextLength).toBe(64));
    await new SessionPool(new FakeRuntime(), { budget: 1e9, window: 32 }).use('chat', async (session) =>
      expect(session.contextLength).toBe(32),
    );
  });

  it('forgets', async () => {
    const timelines = pool(100);
    await timelines.use('chat', (session) => session.sync(prompt(0)));
    timelines.forget('chat');
    expect(timelines.bytes).toBe(0);
    await timelines.use('chat', async (session) => expect(session.tokens).toEqual([]));
    timelines.clear();
  });
});
