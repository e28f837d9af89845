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
 * query. {@link grouping} says how queries are laid out.
 */
export class Masks {
  readonly #heads: number;
  readonly #kvHeads: number;
  readonly #bias: HeadBias | undefined;

  /** @param bias where heads differ: ALiBi, or the learned biases of T5 */
  constructor({ heads, kvHeads }: Pick<DecoderConfig, 'heads' | 'kvHeads'>, bias?: HeadBias) {
    this.#heads = heads;
    this.#kvHeads = kvHeads;
    this.#bias = bias;
  }

  /**
   * `[M, A, B, slots + S]` with A and B of {@link grouping}; M and A are 1 where heads do not differ and one row serves all of them.
   * @param window only slots less than so many positions back are seen
   * @param former of an earlier run, no longer needed; it becomes the mask of a single token where it is as long
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
    if (count === 1 && !this.#bias) {
      const mask = former?.length === width ? former : new Float32Array(width);
      return { data: this.#row(mask, cache, tokens, 0, window), dims: [1, 1, 1, width] };
    }
    const rows = tokens.positions.map((_, row) => this.#row(new Float32Array(width), cache, tokens, row, window));
    const [a, b] = standing(count * group);
    if (this.#bias) return { data: this.#biased(rows, this.#bias, cache, tokens), dims: [this.#kvHeads, a, b, width] };
    return { data: repeat(rows, group), dims: [1, a, b, width] };
  }

  /** Sets `mask` to the row of a token. */
  #row(mask: Float32Array, cache: KvCache, { positions, sees }: NewTokens, row: number, window: number): Float32Array {
    mask.fill(HIDDEN);
    const own = positions[row] as number;
    for (const { start, end } of sees?.[row] ?? [{ start: 0, end: cache.length + row + 1 }]) {
      for (const part of columnsOf(start, end, cache)) {
        if (own < window) mask.fill(0, part.start, part.end);
        else for (let at = part.start; at < part.end; at++) if (own - positionAt(at, cache, positions) < window) mask[at] = 0;
      }
    }
    return mask;
  }

  /** `[heads, rows, width]` */
  #biased(rows: readonly Float32Array[], bias: HeadBias, cache: KvCache, { positions }: NewTokens): Float32Array {
    const width = rows[0]?.length ?? 0;
    const data = new Float32Array(this.#heads * rows.length * width);
    let at = 0;
    for (let head = 0; head < this.#heads; head++) {
      for (const [row, mask] of rows.entries()) {
        for (let column = 0; column < width; column++) {
          const shown = mask[column] === 0;
          data[at++] = shown ? bias(head, positionAt(column, cache, positions) - (positions[row] as number)) : HIDDEN;
        }
      }
    }
    return data;
  }
}

/** How the queries of a KV head stand in a run of so many tokens: `[KV heads, A, B, head size]`, see HeadMajorAttention. */
export function grouping(
  { heads, kvHeads, headSize }: Pick<DecoderConfig, 'heads' | 'kvHeads' | 'headSize'>,
  tokens: number,
): number[] {
  return [kvHeads, ...standing((tokens * heads) / kvHeads), headSize];
}

/** A and B of so many queries of a KV head: a few one by one, more together. */
function standing(queries: number): [number, number] {
  return queries <= MOST_ALONE ? [queries, 1] : [1, queries];
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

/** All rows one after the other, so many times. */
function repeat(rows: readonly Float32Array[], times: number): Float32Array {
  const width = rows[0]?.length ?? 0;
  const size = rows.length * width;
  const data = new Float32Array(times * size);
  for (const [row, mask] of rows.entries()) data.set(mask, row * width);
  for (let i = 1; i < times; i++) data.copyWithin(i * size, 0, size);
  return data;
}
