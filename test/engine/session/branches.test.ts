import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { Session } from '../../../engine/session/session.ts';
import { FakeRuntime, fakeLogitsAfter } from '../../support/fakeRuntime.ts';
import { Random } from '../../support/random.ts';

const prompt = new Random(41).tokens(300, 32);

/** Three branches of different lengths, advanced together. */
const WAYS = [
  [1, 2, 3, 4, 5, 6],
  [7, 7],
  [8, 9, 10, 11],
];

describe.each([
  ['together', true],
  ['one after the other', false],
])('branches that run %s', (_, canBranch) => {
  const fork = async (most = 8) => {
    const runtime = new FakeRuntime({ canBranch });
    const session = new Session(runtime);
    await session.sync(prompt);
    runtime.runs.length = 0;
    return { runtime, session, branches: await session.fork(WAYS.length, most) };
  };
  const advance = async ({ branches }: Awaited<ReturnType<typeof fork>>) => {
    for (let step = 0; step < 6; step++) {
      const logits = await branches.step(WAYS.map((way) => way[step]));
      for (const [branch, way] of WAYS.entries()) {
        const expected = step < way.length ? fakeLogitsAfter([...prompt, ...way.slice(0, step + 1)]) : undefined;
        expect(logits[branch]?.logits).toEqual(expected);
      }
    }
  };

  it('see only the prefix and their own tokens', async () => {
    const forked = await fork();
    expect(forked.branches.together).toBe(canBranch);
    await advance(forked);
    if (canBranch) expect(forked.runtime.runs).toEqual([3, 3, 2, 2, 1, 1]);
  });

  it.each([0, 1, 2])('branch %i can be kept, and the session continues from it', async (branch) => {
    const forked = await fork();
    await advance(forked);
    await forked.branches.keep(branch);
    const kept = [...prompt, ...(WAYS[branch] as number[])];
    expect(forked.session.tokens).toEqual(kept);
    expect(await forked.session.step(30)).toEqual(fakeLogitsAfter([...kept, 30]));
    const { logits, reused } = await forked.session.sync([...kept, 31]);
    expect(reused).toBe(kept.length);
    expect(logits).toEqual(fakeLogitsAfter([...kept, 31]));
  });

  it('end when the session continues without them', async () => {
    const forked = await fork();
    await advance(forked);
    expect(await forked.session.step(5)).toEqual(fakeLogitsAfter([...prompt, 5]));
    for (const late of [forked.branches.step([1, 2, 3]), forked.branches.keep(0)]) {
      await expect(late).rejects.toSatisfy((error) => isPaddockError(error, 'bad-request'));
    }
    expect(await forked.session.step(6)).toEqual(fakeLogitsAfter([...prompt, 5, 6]));
  });
});

describe('branches', () => {
  it('are one row until they diverge', async () => {
    const ways = [
      [5, 6, 7, 8],
      [5, 6, 9, 8],
      [5, 6, 7, 3],
      [4, 6, 7, 8],
    ];
    for (const kept of ways.keys()) {
      const runtime = new FakeRuntime();
      const session = new Session(runtime);
      await session.sync(prompt);
      runtime.runs.length = 0;
      const branches = await session.fork(ways.length, 4);
      for (let step = 0; step < 4; step++) {
        const logits = await branches.step(ways.map((way) => way[step]));
        for (const [i, way] of ways.entries()) {
          expect(logits[i]?.logits).toEqual(fakeLogitsAfter([...prompt, ...way.slice(0, step + 1)]));
        }
      }
      expect(runtime.runs).toEqual([2, 2, 3, 4]);
      await branches.keep(kept);
      expect(session.tokens).toEqual([...prompt, ...(ways[kept] as number[])]);
      expect(await session.step(30)).toEqual(fakeLogitsAfter([...session.tokens]));
    }
  });

  it('run one after the other if they do not fit together', async () => {
    const session = new Session(new FakeRuntime(), { window: 320 });
    await session.sync(prompt);
    const branches = await session.fork(3, 16);
    expect(branches.together).toBe(false);
    for (let branch = 0; branch < 3; branch++) {
      for (let i = 0; i < 16; i++) {
        const logits = await branches.step([0, 1, 2].map((each) => (each === branch ? i + branch : undefined)));
        const own = Array.from({ length: i + 1 }, (_, j) => j + branch);
        expect(logits[branch]?.logits).toEqual(fakeLogitsAfter([...prompt, ...own]));
      }
    }
    await branches.keep(0);
    expect(session.tokens).toEqual([...prompt, ...Array.from({ length: 16 }, (_, i) => i)]);
  });

  it('fit into a sliding window', async () => {
    const session = new Session(new FakeRuntime(), { window: 100, sinks: 4 });
    await session.sync(prompt);
    const branches = await session.fork(2, 20);
    expect(branches.together).toBe(true);
    const before = session.visible;
    for (let i = 0; i < 20; i++) {
      expect((await branches.step([i, 31 - i]))[1]?.logits).toEqual(
        fakeLogitsAfter([...before, ...Array.from({ length: i + 1 }, (_, j) => 31 - j)]),
      );
    }
  });
});
