import { PaddockError } from '../../engine/errors.ts';
import type {
  Batch,
  Cache,
  CacheOptions,
  LogitRow,
  ModelRuntime,
  SlotRange,
  TopLogits,
} from '../../engine/runtime/modelRuntime.ts';

interface Slot {
  readonly token: number;
  position: number;
}

/** A cache that holds tokens and positions instead of keys and values. */
export class FakeCache implements Cache {
  readonly limit: number;
  readonly slots: Slot[] = [];
  readonly #bytesPerToken: number;
  isDisposed = false;

  constructor(limit: number, bytesPerToken: number) {
    this.limit = limit;
    this.#bytesPerToken = bytesPerToken;
  }

  get length(): number {
    return this.slots.length;
  }

  get bytes(): number {
    return this.slots.length * this.#bytesPerToken;
  }

  truncate(length: number): void {
    this.slots.length = Math.min(length, this.slots.length);
  }

  keep(slots: readonly SlotRange[]): void {
    const kept = slots.flatMap(({ start, end }) => this.slots.slice(start, end));
    this.slots.splice(0, this.slots.length, ...kept);
  }

  discard({ start, end }: SlotRange): void {
    this.slots.splice(start, end - start);
    for (const slot of this.slots.slice(start)) slot.position -= end - start;
  }

  dispose(): void {
    this.isDisposed = true;
    this.slots.length = 0;
  }
}

/**
 * A runtime for unit tests of the layers above it. Logits are a hash of exactly the tokens and positions that a token sees, so a wrong
 * slot, position or order changes them. It counts its runs.
 */
export class FakeRuntime implements ModelRuntime {
  readonly vocabularySize = 32;
  readonly contextLength: number;
  readonly canBranch: boolean;
  readonly canDiscard: boolean;
  readonly cacheBytesPerToken = 10;
  /** Number of tokens of each run. */
  readonly runs: number[] = [];

  constructor({ contextLength = 4096, canBranch = true, canDiscard = true } = {}) {
    this.contextLength = contextLength;
    this.canBranch = canBranch;
    this.canDiscard = canDiscard;
  }

  newCache(options: CacheOptions = {}): FakeCache {
    return new FakeCache(options.window ?? this.contextLength, this.cacheBytesPerToken);
  }

  async run({ ids, positions, sees, rows }: Batch, cache: FakeCache): Promise<LogitRow[]> {
    if (cache.isDisposed) throw new Error('The cache was given back.');
    if (cache.length + ids.length > cache.limit)
      throw new PaddockError('bad-request', `${cache.length + ids.length} tokens do not fit.`);
    if (ids.some((id) => !(id >= 0 && id < this.vocabularySize))) throw new PaddockError('bad-request', 'No such token.');
    await Promise.resolve();
    this.runs.push(ids.length);
    const first = cache.length;
    const next = (cache.slots.at(-1)?.position ?? -1) + 1;
    for (const [i, token] of ids.entries()) cache.slots.push({ token, position: positions?.[i] ?? next + i });
    return rows.map((row) => {
      const seen = sees?.[row] ?? [{ start: 0, end: first + row + 1 }];
      const tokens = seen.flatMap(({ start, end }) => cache.slots.slice(start, end));
      return { logits: Float32Array.from(fakeLogits(tokens, this.vocabularySize)) };
    });
  }

  async dispose(): Promise<void> {}
}

/** The same on a device that returns only the largest logits. */
export class FakeTopRuntime extends FakeRuntime {
  topRuns = 0;

  async runTop(batch: Batch, cache: FakeCache, count: number): Promise<TopLogits[]> {
    this.topRuns++;
    const rows = await this.run(batch, cache);
    return rows.map(({ logits: row }) => {
      const tokens = Int32Array.from([...row.keys()].sort((a, b) => (row[b] as number) - (row[a] as number)).slice(0, count));
      const logSumExp = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
      return { tokens, logits: Float32Array.from(tokens, (token) => row[token] as number), logSumExp };
    });
  }
}

/** Logits between 0 and 8, computed from tokens and their positions. */
function fakeLogits(seen: readonly Slot[], vocabulary: number): number[] {
  let state = 2166136261;
  for (const { token, position } of seen) {
    state = Math.imul(state ^ token, 16777619);
    state = Math.imul(state ^ position, 16777619);
  }
  return Array.from({ length: vocabulary }, (_, token) => {
    let mixed = Math.imul(state ^ (token * 2654435761), 2246822519);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 3266489917);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 29;
  });
}

/** Logits after tokens at positions 0, 1, 2, … */
export function fakeLogitsAfter(tokens: readonly number[], vocabulary = 32): Float32Array {
  return Float32Array.from(
    fakeLogits(
      tokens.map((token, position) => ({ token, position })),
      vocabulary,
    ),
  );
}
