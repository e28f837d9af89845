/** Seeded random numbers: the same seed gives the same models, prompts and faults on every machine. */
export class Random {
  #state: bigint;

  constructor(seed: number) {
    this.#state = BigInt.asUintN(64, BigInt(seed) * 2685821657736338717n + 88172645463325252n);
  }

  /** Uniform in [0, 1): xorshift64* (Vigna 2016), its upper 32 bits. */
  uniform(): number {
    let x = this.#state;
    x ^= x >> 12n;
    x = BigInt.asUintN(64, x ^ (x << 25n));
    x ^= x >> 27n;
    this.#state = x;
    return Number(BigInt.asUintN(64, x * 2685821657736338717n) >> 32n) / 2 ** 32;
  }

  /** A whole number in [0, end). */
  below(end: number): number {
    return Math.floor(this.uniform() * end);
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A whole number in [0, end), `count` times. */
  tokens(count: number, end: number): number[] {
    return Array.from({ length: count }, () => this.below(end));
  }
}

/**
 * Normal numbers in bulk, for models with many millions of weights: a table of drawn values, read at random places.
 * @returns float32 `[count]`
 */
export function fastNormal(count: number, deviation: number, seed: number): Float32Array {
  const random = new Random(seed);
  const table = Float32Array.from({ length: 4096 }, () => random.normal() * deviation);
  const values = new Float32Array(count);
  let state = (seed * 747796405 + 2891336453) | 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = table[state >>> 20] as number;
  }
  return values;
}
