import { decay } from './decay.ts';

/** Token numbers among which a choice is made; undefined stands for the whole vocabulary. */
export type Pool = ArrayLike<number> | undefined;

/** Bins of the histogram of logits, and how many there are for each unit of a logit. Beyond the last bin a probability is below e⁻³². */
const BINS = 256;
const BINS_PER_UNIT = 8;

/**
 * The tokens left to draw from, most probable first, lower numbers first among equals. Its memory is reused for each token, and only what
 * is left is sorted: a vocabulary has 150 000 tokens, a choice is between a few.
 */
export class Candidates {
  #tokens = new Int32Array(256);
  #count = 0;
  readonly #mass = new Float64Array(BINS);

  get count(): number {
    return this.#count;
  }

  /** The i-th most probable token. */
  at(i: number): number {
    return this.#tokens[i] as number;
  }

  /** Takes the k tokens with the largest logits: a heap of k with the least of them on top, one comparison for each other token. */
  takeTop(logits: Float32Array, pool: Pool, k: number): void {
    const size = pool ? pool.length : logits.length;
    this.#count = Math.min(k, size);
    this.#reserve(this.#count);
    const heap = this.#tokens;
    for (let i = 0; i < this.#count; i++) heap[i] = pool ? (pool[i] as number) : i;
    for (let parent = this.#count >> 1; parent >= 0; parent--) this.#sink(logits, parent);
    let least = logits[heap[0] as number] as number;
    if (pool) for (let i = this.#count; i < size; i++) least = this.#offer(logits, pool[i] as number);
    else for (let i = this.#count; i < size; i++) if ((logits[i] as number) > least) least = this.#offer(logits, i);
    this.#sort(logits);
  }

  /**
   * Takes the fewest most probable tokens whose probabilities reach `share`. A histogram of the logits finds how far down they reach;
   * only the tokens above are sorted.
   * @param highest the largest logit of the pool
   */
  takeNucleus(logits: Float32Array, pool: Pool, share: number, highest: number): void {
    const size = pool ? pool.length : logits.length;
    const mass = this.#mass.fill(0);
    let total = 0;
    for (let i = 0; i < size; i++) {
      const below = highest - (logits[pool ? (pool[i] as number) : i] as number);
      const weight = decay(below);
      const bin = below * BINS_PER_UNIT < BINS ? Math.floor(below * BINS_PER_UNIT) : BINS - 1;
      mass[bin] = (mass[bin] as number) + weight;
      total += weight;
    }
    let last = 0;
    for (let sum = mass[0] as number; last < BINS - 1 && sum < share * total; sum += mass[last] as number) last++;
    this.takeAbove(logits, pool, last === BINS - 1 ? -Infinity : highest - (last + 1) / BINS_PER_UNIT);
    this.#sort(logits);
    this.cutToShare(logits, share, total, highest);
  }

  /** Takes, in the pool's order, all tokens with at least this logit. */
  takeAbove(logits: Float32Array, pool: Pool, least: number): void {
    const size = pool ? pool.length : logits.length;
    this.#count = 0;
    for (let i = 0; i < size; i++) {
      const token = pool ? (pool[i] as number) : i;
      if ((logits[token] as number) < least) continue;
      if (this.#count === this.#tokens.length) this.#reserve(2 * this.#count);
      this.#tokens[this.#count++] = token;
    }
  }

  /** Leaves the fewest first ones whose probabilities reach `share` of `total`, at least one. */
  cutToShare(logits: Float32Array, share: number, total: number, highest: number): void {
    let kept = 0;
    let sum = 0;
    while (kept < this.#count && (kept === 0 || sum < share * total)) sum += decay(highest - (logits[this.at(kept++)] as number));
    this.#count = kept;
  }

  /** Leaves those with at least this logit. */
  cutBelow(logits: Float32Array, least: number): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      if ((logits[this.at(i)] as number) >= least) this.#tokens[kept++] = this.at(i);
    }
    this.#count = kept;
  }

  /** Exchanges the least of the heap for a token that comes before it. @returns the least logit then */
  #offer(logits: Float32Array, token: number): number {
    const heap = this.#tokens;
    if (isBefore(logits, token, heap[0] as number)) {
      heap[0] = token;
      this.#sink(logits, 0);
    }
    return logits[heap[0] as number] as number;
  }

  #sink(logits: Float32Array, from: number): void {
    const heap = this.#tokens;
    const count = this.#count;
    const token = heap[from] as number;
    let hole = from;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= count) break;
      if (child + 1 < count && isBefore(logits, heap[child] as number, heap[child + 1] as number)) child++;
      if (!isBefore(logits, token, heap[child] as number)) break;
      heap[hole] = heap[child] as number;
      hole = child;
    }
    heap[hole] = token;
  }

  #sort(logits: Float32Array): void {
    this.#tokens.subarray(0, this.#count).sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
  }

  #reserve(size: number): void {
    if (size <= this.#tokens.length) return;
    const grown = new Int32Array(size);
    grown.set(this.#tokens.subarray(0, this.#count));
    this.#tokens = grown;
  }
}

function isBefore(logits: Float32Array, a: number, b: number): boolean {
  const difference = (logits[a] as number) - (logits[b] as number);
  return difference > 0 || (difference === 0 && a < b);
}
