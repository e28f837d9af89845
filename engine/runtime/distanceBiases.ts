import type { EncoderDecoderConfig } from '../model/encoderDecoder.ts';

/** T5's relative positions (Raffel et al. 2020, section 2.1): a learned bias for each bucket of distances, and each head. */
export class DistanceBiases {
  readonly #config: EncoderDecoderConfig;
  readonly #table: Float32Array;
  readonly #sees: 'both ways' | 'backwards';

  constructor(config: EncoderDecoderConfig, table: Float32Array, sees: 'both ways' | 'backwards') {
    this.#config = config;
    this.#table = table;
    this.#sees = sees;
  }

  /** @param distance position of the token that is seen, less that of the one that sees it */
  of(head: number, distance: number): number {
    return this.#table[this.#bucket(distance) * this.#config.heads + head] as number;
  }

  #bucket(distance: number): number {
    const { buckets, farthest } = this.#config;
    // Where a token sees both ways, the upper half of the buckets is for what follows it.
    const count = this.#sees === 'both ways' ? buckets / 2 : buckets;
    const first = this.#sees === 'both ways' && distance > 0 ? count : 0;
    const far = this.#sees === 'both ways' ? Math.abs(distance) : Math.max(0, -distance);
    const exact = Math.floor(count / 2);
    if (far < exact) return first + far;
    const logarithmic = exact + Math.floor((Math.log(far / exact) / Math.log(farthest / exact)) * (count - exact));
    return first + Math.min(logarithmic, count - 1);
  }
}
