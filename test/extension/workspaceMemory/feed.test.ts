import { expect, test } from 'vitest';
import { type MemorySize, PaddockError, type RememberParams } from '../../../engine/index.ts';
import { Feed, type MemoryEngine } from '../../../extension/workspaceMemory/feed.ts';
import type { Source } from '../../../extension/workspaceMemory/lookList.ts';

/** A memory with the contents of the engine's, which records what it was sent. */
class Memory implements MemoryEngine {
  readonly texts = new Map<string, string>();
  readonly told: RememberParams[] = [];
  underWay = 0;
  mostUnderWay = 0;
  /** The outcomes of the requests to come. */
  fault: Error | undefined;
  hold: Promise<void> = Promise.resolve();

  async remember(params: RememberParams): Promise<MemorySize> {
    this.told.push(params);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await this.hold;
    this.underWay--;
    if (this.fault) throw this.fault;
    for (const path of params.gone) this.texts.delete(path);
    for (const { path, text } of params.documents) this.texts.set(path, text);
    return { documents: this.texts.size, tokens: 0, bytes: 0 };
  }

  async forgetWorkspace(): Promise<void> {
    this.texts.clear();
  }

  get paths(): string[] {
    return [...this.texts.keys()];
  }

  /** Paths of each non-empty batch. */
  get batches(): string[][] {
    return this.told.map(({ documents }) => documents.map(({ path }) => path)).filter((paths) => paths.length > 0);
  }
}

function setUp(budget = { characters: 1e6, lines: 1e6 }) {
  const memory = new Memory();
  const said: string[] = [];
  let pauses = 0;
  const settled: (() => void)[] = [];
  const feed: Feed = new Feed({
    engine: memory,
    pause: async () => {
      pauses++;
    },
    onChange: () => {
      if (!feed.isWorking) for (const resolve of settled.splice(0)) resolve();
    },
    log: (_, message) => said.push(message),
    budget,
  });
  const rest = () => (feed.isWorking ? new Promise<void>((resolve) => settled.push(resolve)) : Promise.resolve());
  return { memory, feed, said, rest, pauses: () => pauses };
}

const source = (path: string, text = `text of ${path}`): Source => ({ path, read: async () => ({ text }) });
const gone = (path: string): Source => ({ path, read: async () => ({ fault: 'gone' }) });
const sources = (...paths: string[]) => paths.map((path) => source(path));

test('nothing is sent before a model is open; then everything, the nearest first', async () => {
  const { memory, feed, rest } = setUp();
  feed.look(sources('a', 'b', 'c'), false);
  feed.look(sources('c', 'd'), true);
  expect([memory.told, feed.waiting, feed.size]).toEqual([[], 4, undefined]);
  await feed.open();
  await rest();
  expect(memory.batches).toEqual([['c', 'd', 'a', 'b']]);
  expect([feed.paths, feed.waiting, feed.size?.documents]).toEqual([['c', 'd', 'a', 'b'], 0, 4]);
  expect(feed.characters).toBe([...memory.texts.values()].join('').length);
});

test('batches are of 64 Ki characters at most, unless one document is longer, with pauses, one at a time', async () => {
  const { memory, feed, rest, pauses } = setUp();
  const long = (path: string, kibi: number) => source(path, path.repeat(kibi * 1024));
  await feed.open();
  feed.look([long('a', 40), long('b', 24), long('c', 1), long('d', 100), long('e', 1), long('f', 64)], false);
  await rest();
  expect(memory.batches).toEqual([['a', 'b'], ['c'], ['d'], ['e'], ['f']]);
  expect([memory.mostUnderWay, pauses()]).toEqual([1, 4]);
});

test('only what changed is sent', async () => {
  const { memory, feed, rest } = setUp();
  await feed.open();
  feed.look(sources('a', 'b'), false);
  await rest();
  feed.look([source('a'), source('b', 'new')], true);
  await rest();
  expect(memory.batches).toEqual([['a', 'b'], ['b']]);
  expect(memory.texts.get('b')).toBe('new');
});

test('documents that can no longer be read are removed; those never sent are not mentioned', async () => {
  const { memory, feed, rest, said } = setUp();
  await feed.open();
  feed.look(sources('a', 'b'), false);
  await rest();
  const broken: Source = { path: 'c', read: () => Promise.reject(new Error('broken')) };
  feed.look([gone('a'), gone('never'), broken], false);
  await rest();
  expect([memory.paths, feed.paths]).toEqual([['b'], ['b']]);
  expect(memory.told.at(-1)).toEqual({ documents: [], gone: ['a'] });
  expect(said).toContain('c is not remembered: Error: broken.');
});

test('a full memory leaves out the rest unread; nearer documents replace farther ones', async () => {
  const { memory, feed, rest, said } = setUp({ characters: 10, lines: 100 });
  let reads = 0;
  const counted = (path: string): Source => ({
    path,
    read: async () => {
      reads++;
      return { text: '1234' };
    },
  });
  await feed.open();
  feed.look(['a', 'b', 'c', 'd', 'e'].map(counted), false);
  await rest();
  expect([memory.paths, feed.leftOut, reads]).toEqual([['a', 'b'], 3, 3]);
  expect(said).toEqual(['The workspace memory has no room for c and for 2 documents that are farther away.']);
  feed.look([source('near', '12345')], true);
  await rest();
  expect(memory.paths).toEqual(['a', 'near']);
});

test('documents without room are counted once, and only as long as that is so', async () => {
  const { feed, rest } = setUp({ characters: 10, lines: 100 });
  await feed.open();
  const four = (...paths: string[]) => paths.map((path) => source(path, '1234'));
  for (let i = 0; i < 2; i++) {
    feed.look(four('a', 'b', 'c', 'd'), false);
    await rest();
  }
  expect(feed.leftOut).toBe(2);
  feed.look([source('near', '123456')], true);
  await rest();
  expect([feed.paths, feed.leftOut]).toEqual([['a', 'near'], 3]);
  feed.look([source('b', '')], false);
  await rest();
  feed.look([gone('c')], false);
  await rest();
  expect([feed.paths, feed.leftOut]).toEqual([['a', 'near', 'b'], 1]);
});

test('a full memory still receives changes of its documents', async () => {
  const { memory, feed, rest } = setUp({ characters: 10, lines: 100 });
  await feed.open();
  feed.look([source('a', '1234'), source('b', '1234')], false);
  await rest();
  feed.look([source('new', '1234'), source('a', '5678'), gone('b'), source('newer', '12345')], false);
  await rest();
  expect([...memory.texts]).toEqual([['a', '5678']]);
  expect(feed.leftOut).toBe(2);
});

test('documents replaced within one batch do not stay in the engine', async () => {
  const { memory, feed, rest } = setUp({ characters: 10, lines: 100 });
  await feed.open();
  const late: Source = {
    path: 'a',
    read: async () => {
      feed.look([source('near', '12345678')], true);
      return { text: '12345678' };
    },
  };
  feed.look([late], false);
  await rest();
  expect([memory.paths, feed.paths]).toEqual([['near'], ['near']]);
});

test('a new model is sent everything again; one that kept its memory only what is new', async () => {
  const { memory, feed, rest } = setUp();
  await feed.open();
  feed.look(sources('a', 'b'), false);
  await rest();
  feed.close();
  await feed.open();
  expect(feed.paths).toEqual(['a', 'b']);
  memory.texts.clear();
  feed.close();
  expect(feed.size).toBeUndefined();
  await feed.open();
  expect(feed.paths).toEqual([]);
  feed.look(sources('a', 'b'), false);
  await rest();
  expect(memory.paths).toEqual(['a', 'b']);
});

test('after a crash: no errors, no more requests, and a batch under way is sent to the new engine again', async () => {
  const { memory, feed, rest, said } = setUp();
  await feed.open();
  feed.look(sources('a'), false);
  await rest();
  memory.fault = new PaddockError('engine-gone', 'The engine process ended.');
  feed.look(sources('b'), true);
  await rest();
  expect(said).toEqual(['The workspace memory was not told: The engine process ended.']);
  const told = memory.told.length;
  feed.look(sources('c'), true);
  await rest();
  expect(memory.told.length).toBe(told);
  memory.fault = undefined;
  await feed.open();
  // The number of documents is known from the ledger, but not which of them arrived.
  expect([feed.paths, memory.paths.includes('a')]).toEqual([[], false]);
  await rest();
  expect(memory.paths).toEqual(['c']);
});

test('a failing batch does not prevent the others', async () => {
  const { memory, feed, rest } = setUp();
  await feed.open();
  memory.fault = new PaddockError('runtime', 'strange text');
  feed.look(sources('a'), false);
  await rest();
  memory.fault = undefined;
  feed.look(sources('b'), false);
  await rest();
  expect([memory.paths, feed.paths]).toEqual([['b'], ['b']]);
});

test('forgetting empties it, including documents under way and queued ones', async () => {
  const { memory, feed, rest } = setUp();
  await feed.open();
  const { promise, resolve } = Promise.withResolvers<void>();
  memory.hold = promise;
  feed.look([source('a', 'a'.repeat(70_000)), source('b')], false);
  while (memory.underWay === 0) await Promise.resolve();
  const forgotten = feed.forget();
  expect(feed.waiting).toBe(0);
  resolve();
  await forgotten;
  await rest();
  expect([memory.paths, feed.paths, memory.batches]).toEqual([[], [], [['a']]]);
  feed.look(sources('c'), false);
  await rest();
  expect(memory.paths).toEqual(['c']);
});

test('closing stops after the batch under way; the rest is sent to the next model', async () => {
  const { memory, feed, rest } = setUp();
  await feed.open();
  const { promise, resolve } = Promise.withResolvers<void>();
  memory.hold = promise;
  feed.look([source('a', 'a'.repeat(70_000)), source('b')], false);
  while (memory.underWay === 0) await Promise.resolve();
  feed.close();
  resolve();
  await rest();
  expect([memory.batches, feed.waiting]).toEqual([[['a']], 1]);
  await feed.open();
  await rest();
  expect(memory.paths).toEqual(['a', 'b']);
});
