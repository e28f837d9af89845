import type { DecoderConfig } from '../model/config.ts';
import type { KvCache } from './kvCache.ts';
import type { SlotRange } from './modelRuntime.ts';

/** What is added to a score to hide it. Finite, because a row that hides everything must not become NaN. */
const HIDDEN = -1e30;

/** New tokens behind a cache: their positions, and the slots each of them attends to. */
export interface NewTokens {
  readonly positions: readonly number[];
  readonly sees: readonly (readonly SlotRange[])[] | undefined;
}

/**
 * The masks of a decoder graph: `[M, S · group, T + S]`, added to scores. A row for each of the S new tokens, repeated for the queries that
 * share a KV head; a column for each slot. Where nothing is cached, the one meaningless slot that the cache then gives stands first and
 * is hidden.
 */
export class Masks {
  readonly #config: DecoderConfig;
  readonly #group: number;
  /** Hides nothing: the mask of a single token that sees everything. */
  #open = new Float32Array(0);

  constructor(config: DecoderConfig) {
    this.#config = config;
    this.#group = config.heads / config.kvHeads;
  }

  /** @param window only slots less than so many positions back are seen */
  build(cache: KvCache, tokens: NewTokens, window = Infinity): { data: Float32Array; dims: readonly number[] } {
    const count = tokens.positions.length;
    const width = Math.max(1, cache.length) + count;
    const isAlibi = this.#config.positions.kind === 'alibi';
    const dims = [isAlibi ? this.#config.kvHeads : 1, count * this.#group, width];
    if (count === 1 && cache.length > 0 && !tokens.sees && !isAlibi && (tokens.positions[0] as number) < window) {
      return { data: this.#openRows(this.#group * width), dims };
    }
    const rows = tokens.positions.map((_, row) => this.#row(cache, tokens, row, width, window));
    return { data: isAlibi ? this.#withSlopes(rows, cache, tokens) : repeat(rows, this.#group), dims };
  }

  #openRows(size: number): Float32Array {
    if (this.#open.length < size) this.#open = new Float32Array(2 * size);
    return this.#open.subarray(0, size);
  }

  #row(cache: KvCache, { positions, sees }: NewTokens, row: number, width: number, window: number): Float32Array {
    const mask = new Float32Array(width).fill(HIDDEN);
    const own = positions[row] as number;
    const shift = cache.length === 0 ? 1 : 0;
    for (const { start, end } of sees?.[row] ?? [{ start: 0, end: cache.length + row + 1 }]) {
      if (window === Infinity) mask.fill(0, start + shift, end + shift);
      else
        for (let slot = start; slot < end; slot++) if (own - positionOf(slot, cache, positions) < window) mask[slot + shift] = 0;
    }
    return mask;
  }

  /** ALiBi (Press et al. 2022): head h's scores fall by slope(h) for each position between query and key. */
  #withSlopes(rows: readonly Float32Array[], cache: KvCache, { positions }: NewTokens): Float32Array {
    const { heads, kvHeads } = this.#config;
    const width = rows[0]?.length ?? 0;
    const shift = cache.length === 0 ? 1 : 0;
    const data = new Float32Array(heads * rows.length * width);
    let at = 0;
    for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
      for (const [row, mask] of rows.entries()) {
        for (let inGroup = 0; inGroup < this.#group; inGroup++) {
          const slope = alibiSlope(kvHead * this.#group + inGroup, heads);
          for (let column = 0; column < width; column++) {
            const distance = column < shift ? 0 : (positions[row] as number) - positionOf(column - shift, cache, positions);
            data[at++] = (mask[column] as number) - slope * distance;
          }
        }
      }
    }
    return data;
  }
}

function positionOf(slot: number, cache: KvCache, positions: readonly number[]): number {
  return (slot < cache.length ? cache.positions[slot] : positions[slot - cache.length]) as number;
}

function repeat(rows: readonly Float32Array[], times: number): Float32Array {
  const width = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * times * width);
  for (const [row, mask] of rows.entries()) {
    for (let i = 0; i < times; i++) data.set(mask, (row * times + i) * width);
  }
  return data;
}

/** 2^(−8(h+1)/n) for a power of two of heads; further heads take the odd steps of twice as many. */
export function alibiSlope(head: number, heads: number): number {
  const power = 2 ** Math.floor(Math.log2(heads));
  return head < power ? 2 ** ((-8 * (head + 1)) / power) : 2 ** ((-4 * (2 * (head - power) + 1)) / power);
}
