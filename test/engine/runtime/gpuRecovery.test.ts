import { describe, expect, it } from 'vitest';
import { PaddockError } from '../../../engine/errors.ts';
import type { Batch, LogitRow } from '../../../engine/runtime/modelRuntime.ts';
import { isDeviceLost, RecoveringRuntime } from '../../../engine/runtime/webgpu/recoveringRuntime.ts';
import { Session } from '../../../engine/session/session.ts';
import { type FakeCache, FakeRuntime, fakeLogitsAfter } from '../../support/fakeRuntime.ts';
import { logitsOf } from '../../support/logitsOf.ts';

const LOST = new PaddockError(
  'runtime',
  'onnxruntime failed: Error: A valid external Instance reference no longer exists; device lost',
);

/** A device that is lost after so many runs. */
class LosingRuntime extends FakeRuntime {
  runsLeft: number;
  isDisposed = false;

  constructor(runsLeft: number) {
    super({ contextLength: 100, canBranch: false });
    this.runsLeft = runsLeft;
  }

  override async run(batch: Batch, cache: FakeCache): Promise<LogitRow[]> {
    if (this.isDisposed) throw new Error('It is disposed.');
    if (this.runsLeft-- <= 0) throw LOST;
    return super.run(batch, cache);
  }

  override async dispose(): Promise<void> {
    this.isDisposed = true;
  }
}

const logits = (tokens: readonly number[]) => [...fakeLogitsAfter(tokens)];

function start(runs: readonly number[], windowShare = 1, onTold: () => void = () => {}) {
  const opened: LosingRuntime[] = [];
  const told: string[] = [];
  const [first, ...others] = runs.map((count) => new LosingRuntime(count));
  const replacements = others.map((runtime) => ({
    windowShare,
    async open() {
      opened.push(runtime);
      return runtime;
    },
  }));
  const runtime = new RecoveringRuntime(first as LosingRuntime, replacements, (cause) => {
    told.push(cause.message);
    onTold();
  });
  return { runtime, first: first as LosingRuntime, opened, told };
}

describe('a lost GPU', () => {
  it('is replaced; the timeline goes on with the same numbers', async () => {
    const { runtime, first, opened, told } = start([2, Infinity]);
    const session = new Session(runtime);
    await session.sync([1, 2, 3]);
    await session.step(4);
    expect(opened).toEqual([]);
    expect([...(await session.step(5))]).toEqual(logits([1, 2, 3, 4, 5]));
    expect(opened).toHaveLength(1);
    expect(first.isDisposed).toBe(true);
    expect(told).toEqual([LOST.message]);
    expect([...(await session.step(6))]).toEqual(logits([1, 2, 3, 4, 5, 6]));
  });

  it('is replaced once for all timelines; each is recomputed when it is next used', async () => {
    const { runtime, opened } = start([2, Infinity]);
    const [a, b] = [new Session(runtime), new Session(runtime)];
    await a.sync([1, 2]);
    await b.sync([3, 4]);
    const found = await Promise.all([a.step(5), b.step(6)]);
    expect(found.map((row) => [...row])).toEqual([logits([1, 2, 5]), logits([3, 4, 6])]);
    expect(opened).toHaveLength(1);
  });

  it('that is lost again while timelines are recomputed is replaced once more', async () => {
    const { runtime, opened, told } = start([1, 0, Infinity]);
    const session = new Session(runtime);
    await session.sync([1, 2, 3]);
    expect([...(await session.step(4))]).toEqual(logits([1, 2, 3, 4]));
    expect(opened).toHaveLength(2);
    expect(told).toHaveLength(2);
  });

  it('recomputes without the tokens that had left the sliding window', async () => {
    const { runtime } = start([2, Infinity]);
    const cache = runtime.newCache();
    await runtime.run({ ids: [1, 2, 3, 4, 5, 6], rows: [5] }, cache);
    cache.discard({ start: 2, end: 4 });
    expect([...(await logitsOf(runtime, { ids: [7], rows: [0] }, cache))]).toEqual(logits([1, 2, 5, 6, 7]));
    expect([...(await logitsOf(runtime, { ids: [8], rows: [0] }, cache))]).toEqual(logits([1, 2, 5, 6, 7, 8]));
    expect(cache.length).toBe(6);
  });

  it('makes windows smaller: timelines that do not fit are refused, others continue', async () => {
    const windows: number[] = [];
    let onTold = () => {};
    const { runtime } = start([1, Infinity], 0.5, () => onTold());
    const session = new Session(runtime, { window: 20 });
    await session.sync([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    onTold = () => windows.push(session.contextLength);
    await expect(session.step(13)).rejects.toMatchObject({ code: 'bad-request' });
    expect(windows).toEqual([10]);
    expect([...(await session.sync([1, 2, 3])).logits]).toEqual(logits([1, 2, 3]));
  });

  it('leaves each timeline the room that the runtime has for its window', async () => {
    const runtimes = [1, Infinity].map((runs) => {
      const losing = new LosingRuntime(runs);
      const newCache = losing.newCache.bind(losing);
      // As an encoder–decoder, which has a window for the input and one for the answer.
      losing.newCache = (options) => newCache({ ...options, window: 2 * (options?.window ?? 0) });
      return losing;
    }) as [LosingRuntime, LosingRuntime];
    const runtime = new RecoveringRuntime(runtimes[0], [{ windowShare: 0.5, open: async () => runtimes[1] }], () => {});
    const cache = runtime.newCache({ window: 20 });
    expect(cache.limit).toBe(40);
    await runtime.run({ ids: [1], rows: [0] }, cache);
    await runtime.run({ ids: [2], rows: [0] }, cache);
    expect(cache.limit).toBe(20);
  });

  it('fails the run when nothing is left to replace it', async () => {
    const { runtime } = start([1, 0]);
    const session = new Session(runtime);
    await session.sync([1]);
    await expect(session.step(2)).rejects.toBe(LOST);
  });

  it('is not assumed after other errors', async () => {
    const { runtime, opened } = start([Infinity, Infinity]);
    const cache = runtime.newCache({ window: 2 });
    await expect(runtime.run({ ids: [1, 2, 3], rows: [2] }, cache)).rejects.toMatchObject({ code: 'bad-request' });
    expect(opened).toEqual([]);
    expect(cache.length).toBe(0);
  });

  it('gives way to a device without kernels for the largest logits', async () => {
    const { runtime } = start([0, Infinity]);
    const cache = runtime.newCache();
    const tops = await runtime.runTop({ ids: [1, 2], rows: [0, 1] }, cache, 3);
    expect(tops).toHaveLength(2);
    for (const [i, top] of tops.entries()) {
      const expected = logits([1, 2].slice(0, i + 1))
        .map((logit, token) => ({ logit, token }))
        .sort((a, b) => b.logit - a.logit);
      expect([...top.tokens]).toEqual(expected.slice(0, 3).map(({ token }) => token));
      expect([...top.logits]).toEqual(expected.slice(0, 3).map(({ logit }) => logit));
      expect(top.logSumExp).toBeCloseTo(Math.log(expected.reduce((sum, { logit }) => sum + Math.exp(logit), 0)), 5);
    }
  });
});

it.each([
  ['[Device] is lost.', true],
  ['WebGPU device lost (2): the driver was reset', true],
  ['Device was lost while a buffer was mapped', true],
  ['The model file is lost.', false],
])('%s', (message, expected) => {
  expect(isDeviceLost(new Error(message))).toBe(expected);
});
