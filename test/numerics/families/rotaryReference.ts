import type { Rotary } from '../../support/families/structure.ts';

export interface Frequencies {
  /** Radians per position, one for each rotated pair, the fastest first. */
  readonly perPair: readonly number[];
  /** What cosines and sines are multiplied by. */
  readonly attention: number;
}

/**
 * Rotary frequencies in float64: base^(−2i / size), changed as the papers and Hugging Face's definitions say.
 * @param window tokens of context that the model is run with; dynamic NTK and LongRoPE depend on it
 */
export function frequencies({ base, size, scaling }: Rotary, window: number): Frequencies {
  const pairs = Array.from({ length: size / 2 }, (_, i) => i);
  const withBase = (other: number) => pairs.map((i) => other ** ((-2 * i) / size));
  const plain = withBase(base);
  // Grows the base so that the slowest frequency is divided by the factor and the fastest stays.
  const grown = (factor: number) => withBase(base * factor ** (size / (size - 2)));
  switch (scaling?.type) {
    case undefined:
    case 'xpos':
      return { perPair: plain, attention: 1 };
    case 'linear':
      return { perPair: plain.map((frequency) => frequency / scaling.factor), attention: 1 };
    case 'ntk':
      return { perPair: grown(scaling.factor), attention: 1 };
    case 'dynamic': {
      const stretch = Math.max(1, window / scaling.original);
      return { perPair: grown(scaling.factor * stretch - (scaling.factor - 1)), attention: 1 };
    }
    case 'yarn': {
      // The pair that turns so many times within the original context.
      const pairOf = (turns: number) => (size * Math.log(scaling.original / (turns * 2 * Math.PI))) / (2 * Math.log(base));
      const [first, last] = [pairOf(scaling.fast), pairOf(scaling.slow)];
      const low = Math.max(scaling.unrounded ? first : Math.floor(first), 0);
      const high = Math.min(scaling.unrounded ? last : Math.ceil(last), size - 1);
      const perPair = plain.map((frequency, i) => {
        const interpolated = Math.min(1, Math.max(0, (i - low) / Math.max(high - low, 0.001)));
        return (frequency / scaling.factor) * interpolated + frequency * (1 - interpolated);
      });
      return { perPair, attention: scaling.attention ?? 0.1 * Math.log(scaling.factor) + 1 };
    }
    case 'llama3': {
      const perPair = plain.map((frequency) => {
        const turns = (scaling.original * frequency) / (2 * Math.PI);
        const kept = Math.min(1, Math.max(0, (turns - scaling.low) / (scaling.high - scaling.low)));
        return (frequency / scaling.factor) * (1 - kept) + frequency * kept;
      });
      return { perPair, attention: 1 };
    }
    case 'longrope': {
      const divisors = window > scaling.original ? scaling.long : scaling.short;
      const stretch = Math.log(scaling.stretched / scaling.original) / Math.log(scaling.original);
      return { perPair: plain.map((frequency, i) => frequency / (divisors[i] as number)), attention: Math.sqrt(1 + stretch) };
    }
  }
}

/**
 * xPos (Sun et al. 2023): what pair i of a query is multiplied by at a position, and a key divided by;
 * ζ^(position / scale base) with ζ = (2i / size + 0.4) / 1.4.
 */
export function xposFactor({ size, scaling }: Rotary, pair: number, position: number): number {
  return scaling?.type === 'xpos' ? (((2 * pair) / size + 0.4) / 1.4) ** (position / scaling.scaleBase) : 1;
}
