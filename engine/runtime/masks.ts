import type { DecoderConfig } from '../model/config.ts';
import type { KvCache } from './kvCache.ts';
import type { SlotRange } from './modelRuntime.ts';

/** Added to a score to hide it. Finite, because a row that hides everything must not become NaN. */
const HIDDEN = -1e30;

/**
 * Most queries of a KV head that are multiplied one by one. For single queries the runtime reads the cache in place, once for each; for
 * several together it copies the cache first. Measured at 512 and 1 000 tokens of context, both cost the same at 12.
 */
const MOST_ALONE = 12;

/** New tokens behind a cache: their positions, and the slots each of them attends to. */
export interface NewTokens {
  readonly positions: readonly number[];
  readonly sees: readonly (readonly SlotRange[])[] | undefined;
}

/** How a head's scores change with the distance between query and key, −∞ < distance ≤ 0 for what came before. */
export type HeadBias = (head: number, distance: number) => number;

/**
 * The masks of a decoder graph: added to scores, a column for each of the cache's slots, then one for each new token; a row for each
 * query. A {@link Standing} says how queries are laid out.
 */
export class Masks {
  readonly #heads: number;
  readonly #kvHeads: number;
  readonly #bias: HeadBias | undefined;
  readonly #standing: Standing;

  /**
   * @param bias where heads differ: ALiBi, or the learned biases of T5
   * @param standing of the graph that the masks are for
   */
  constructor({ heads, kvHeads }: Pick<DecoderConfig, 'heads' | 'kvHeads'>, bias?: HeadBias, standing: Standing = queriesFirst) {
    this.#heads = heads;
    this.#kvHeads = kvHeads;
    this.#bias = bias;
    this.#standing = standing;
  }

  /**
   * `[M, A, B, slots + S]` with A and B of the queries; M and A are 1 where heads do not differ and one row serves all of them.
   * @param window only slots less than so many positions back are seen
   * @param former of an earlier run, no longer needed; its memory is written over where there is enough of it
   */
  build(
    cache: KvCache,
    tokens: NewTokens,
    window = Infinity,
    former?: Float32Array,
  ): { data: Float32Array; dims: readonly number[] } {
    const count = tokens.positions.length;
    const group = this.#heads / this.#kvHeads;
    const width = cache.slots + count;
    // One row serves all heads of a single token, and where heads differ their rows are made from one of each token.
    const copies = count === 1 || this.#bias ? 1 : group;
    const size = count * width;
    const data = room(copies * size, former);
    for (let row = 0; row < count; row++) this.#show(data.subarray(row * width, (row + 1) * width), cache, tokens, row, window);
    const [a, b] = count === 1 && !this.#bias ? [1, 1] : this.#standing(count * group);
    if (this.#bias) return { data: this.#biased(data, this.#bias, cache, tokens), dims: [this.#kvHeads, a, b, width] };
    for (let i = 1; i < copies; i++) data.copyWithin(i * size, 0, size);
    return { data, dims: [1, a, b, width] };
  }

  /** Sets `mask` to the row of a token. */
  #show(mask: Float32Array, cache: KvCache, { positions, sees }: NewTokens, row: number, window: number): void {
    mask.fill(HIDDEN);
    const own = positions[row] as number;
    for (const { start, end } of sees?.[row] ?? [{ start: 0, end: cache.length + row + 1 }]) {
      for (const part of columnsOf(start, end, cache)) {
        if (own < window) mask.fill(0, part.start, part.end);
        else for (let at = part.start; at < part.end; at++) if (own - positionAt(at, cache, positions) < window) mask[at] = 0;
      }
    }
  }

  /** `[heads, tokens, slots + tokens]` */
  #biased(mask: Float32Array, bias: HeadBias, cache: KvCache, { positions }: NewTokens): Float32Array {
    const width = mask.length / positions.length;
    const data = new Float32Array(this.#heads * mask.length);
    for (let head = 0; head < this.#heads; head++) {
      for (let at = 0; at < mask.length; at++) {
        const own = positions[Math.floor(at / width)] as number;
        data[head * mask.length + at] = mask[at] === 0 ? bias(head, positionAt(at % width, cache, positions) - own) : HIDDEN;
      }
    }
    return data;
  }
}

/** How the queries of a KV head stand in a run of so many tokens: `[KV heads, A, B, head size]`, see QueriesFirst. */
export function grouping(
  { heads, kvHeads, headSize }: Pick<DecoderConfig, 'heads' | 'kvHeads' | 'headSize'>,
  tokens: number,
): number[] {
  return [kvHeads, ...queriesFirst((tokens * heads) / kvHeads), headSize];
}

/** A and B of so many queries of a KV head, see QueriesFirst and CacheFirst. */
type Standing = (queries: number) => [number, number];

/** A few one by one, more together. */
function queriesFirst(queries: number): [number, number] {
  return queries <= MOST_ALONE ? [queries, 1] : [1, queries];
}

/** All together. */
export function cacheFirst(queries: number): [number, number] {
  return [1, queries];
}

/**
 * ALiBi (Press et al. 2022): a head's scores fall by 2^(−8(h+1)/n) per position; beyond a power of two heads, the others take the odd
 * steps of twice as many.
 */
export function alibi(heads: number): HeadBias {
  const power = 2 ** Math.floor(Math.log2(heads));
  const slopes = Array.from({ length: heads }, (_, head) =>
    head < power ? 2 ** ((-8 * (head + 1)) / power) : 2 ** ((-4 * (2 * (head - power) + 1)) / power),
  );
  return (head, distance) => (slopes[head] as number) * distance;
}

/** The columns of slots `[start, end)`: those of the cache stand first, new tokens behind its last slot. */
function columnsOf(start: number, end: number, { length, slots }: KvCache): SlotRange[] {
  const cached = { start, end: Math.min(end, length) };
  const fresh = { start: Math.max(start, length) + slots - length, end: end + slots - length };
  return [cached, fresh].filter((part) => part.end > part.start);
}

function positionAt(column: number, cache: KvCache, positions: readonly number[]): number {
  return (column < cache.slots ? cache.positions[column] : positions[column - cache.slots]) as number;
}

/** So many numbers, whatever they are: those of an earlier run where there were enough, or new ones and some more behind them. */
function room(count: number, former?: Float32Array): Float32Array {
  if (former?.length === count) return former;
  const buffer = former?.buffer;
  const isEnough = buffer !== undefined && buffer.byteLength >= count * Float32Array.BYTES_PER_ELEMENT;
  return isEnough ? new Float32Array(buffer, 0, count) : new Float32Array(count + (count >> 1)).subarray(0, count);
}
