import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { Session } from '../../../engine/session/session.ts';
import { FakeRuntime, fakeLogitsAfter } from '../../support/fakeRuntime.ts';
import { Random } from '../../support/random.ts';

const runtime = new FakeRuntime();
const prompt = new Random(31).tokens(500, runtime.vocabularySize);
const sliding = (window = 68) => new Session(runtime, { window, sinks: 4 });

describe('a sliding window with attention sinks', () => {
  it('is an ordinary window until it is full', async () => {
    const session = sliding();
    expect((await session.sync(prompt.slice(0, 60))).logits).toEqual(fakeLogitsAfter(prompt.slice(0, 60)));
    for (let i = 60; i < 68; i++) await session.step(prompt[i] as number);
    expect(session.visible).toEqual(prompt.slice(0, 68));
  });

  it('has no end, and sees the first and the last tokens at consecutive positions', async () => {
    const session = sliding();
    await session.sync(prompt.slice(0, 60));
    for (let i = 60; i < 400; i++) {
      const logits = await session.step(prompt[i] as number);
      expect(logits).toEqual(fakeLogitsAfter(session.visible));
    }
    expect(session.tokens).toEqual(prompt.slice(0, 400));
    const tail = session.visible.slice(4);
    expect(session.visible.slice(0, 4)).toEqual(prompt.slice(0, 4));
    expect(tail).toEqual(prompt.slice(400 - tail.length, 400));
    expect(tail.length).toBeGreaterThanOrEqual(48);
    expect(session.room).toBe(Infinity);
  });

  it('runs a prompt longer than itself, and reuses it when the next one extends it', async () => {
    const session = sliding();
    await session.sync(prompt.slice(0, 400));
    const { logits, reused } = await session.sync(prompt.slice(0, 410));
    expect(reused).toBe(400);
    expect(logits).toEqual(fakeLogitsAfter(session.visible));
    expect((await session.sync(prompt.slice(0, 410))).reused).toBe(409);
  });

  it('rewinds to tokens it still has, and recomputes those it does not', async () => {
    const session = sliding();
    await session.sync(prompt.slice(0, 400));
    const near = [...prompt.slice(0, 390), 1, 2, 3];
    expect((await session.sync(near)).reused).toBe(390);
    expect(session.visible.slice(-5)).toEqual([...prompt.slice(388, 390), 1, 2, 3]);
    const far = [...prompt.slice(0, 200), 1, 2, 3];
    const { logits, reused } = await session.sync(far);
    expect(reused).toBe(4);
    expect(logits).toEqual(fakeLogitsAfter(session.visible));
    expect(session.tokens).toEqual(far);
    expect((await session.sync([7, 8, 9])).logits).toEqual(fakeLogitsAfter([7, 8, 9]));
  });

  it('rewinds steps, even across a slide', async () => {
    const session = sliding();
    await session.sync(prompt.slice(0, 66));
    await session.steps(prompt.slice(66, 74));
    session.rewind(5);
    expect(session.tokens).toEqual(prompt.slice(0, 69));
    expect(await session.step(3)).toEqual(fakeLogitsAfter(session.visible));
  });

  it('takes back no more than is there', async () => {
    const refuse = (session: Session, count: number) =>
      expect(() => session.rewind(count)).toThrow(expect.toSatisfy((e) => isPaddockError(e, 'bad-request')));
    const fixed = new Session(new FakeRuntime());
    await fixed.sync(prompt.slice(0, 9));
    for (const count of [10, -1, 0.5, Number.NaN]) refuse(fixed, count);
    fixed.rewind(9);
    expect(fixed.tokens).toEqual([]);
    const session = sliding();
    await session.sync(prompt.slice(0, 400));
    const behindSinks = session.visible.length - 4;
    refuse(session, behindSinks + 1);
    session.rewind(behindSinks - 1);
    expect(await session.step(3)).toEqual(fakeLogitsAfter(session.visible));
  });

  it('is refused for a model whose positions cannot be shifted, and for too small a window', () => {
    const refused = (action: () => unknown) => expect(action).toThrow(expect.toSatisfy((e) => isPaddockError(e, 'bad-request')));
    refused(() => new Session(new FakeRuntime({ canDiscard: false }), { window: 64, sinks: 4 }));
    refused(() => sliding(10));
    refused(() => new Session(runtime, { window: 64, sinks: 0.5 }));
  });
});
