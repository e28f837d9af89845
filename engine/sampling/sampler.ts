/** How the next token is chosen. */
export interface SamplingOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Only the k most probable tokens; 0 is all. */
  readonly topK: number;
  /** Only the fewest most probable tokens whose probabilities reach this sum (Holtzman et al. 2020); 1 is all. */
  readonly topP: number;
  /** The same seed gives the same tokens for the same logits. */
  readonly seed: number;
}

export const GREEDY: SamplingOptions = { temperature: 0, topK: 0, topP: 1, seed: 0 };

export interface Choice {
  readonly token: number;
  /** Natural logarithm of the token's probability at temperature 1, before any cut. */
  readonly logProbability: number;
}

/** Chooses tokens from logits. Holds the state of the random numbers, so one sampler belongs to one generation. */
export class Sampler {
  readonly #options: SamplingOptions;
  #state: number;

  constructor(options: SamplingOptions) {
    this.#options = options;
    this.#state = options.seed >>> 0;
  }

  /** @param logits `[vocabulary]` */
  choose(logits: Float32Array): Choice {
    const best = argMax(logits);
    const token = this.#options.temperature > 0 ? this.#draw(logits, logits[best] as number) : best;
    return { token, logProbability: (logits[token] as number) - logSumExp(logits, logits[best] as number) };
  }

  #draw(logits: Float32Array, highest: number): number {
    const { temperature, topK, topP } = this.#options;
    const order = Array.from(logits.keys()).sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
    if (topK > 0) order.length = Math.min(order.length, topK);
    const weights = order.map((token) => Math.exp(((logits[token] as number) - highest) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let kept = 0;
    let mass = 0;
    while (kept < order.length && mass < topP * total) mass += weights[kept++] as number;
    let left = this.#random() * mass;
    for (let i = 0; i < kept; i++) {
      left -= weights[i] as number;
      if (left < 0) return order[i] as number;
    }
    return order[Math.max(0, kept - 1)] as number;
  }

  /** Uniform in [0, 1): splitmix32 (Steele, Lea and Flood 2014, in its 32-bit form). */
  #random(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state ^ (this.#state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  }
}

/** Index of the largest value, the first of equals. */
export function argMax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) > (values[best] as number)) best = i;
  }
  return best;
}

/** log Σ exp(x), given the largest x so that nothing overflows. */
export function logSumExp(values: Float32Array, highest: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp((values[i] as number) - highest);
  return highest + Math.log(sum);
}
