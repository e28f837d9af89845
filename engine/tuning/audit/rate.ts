/** A share of counted cases, with its 95 % interval. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  /** 0–1; undefined where there are no cases. */
  readonly value: number | undefined;
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's quantile for 95 %. */
const Z = 1.959964;

/** A share with the interval of Wilson (1927), which holds for few cases and for shares near 0 and 1; of no cases it is all of 0–1. */
export function rateOf(count: number, of: number): Rate {
  if (of === 0) return { count, of, value: undefined, low: 0, high: 1 };
  const share = count / of;
  const centre = share + Z ** 2 / (2 * of);
  const margin = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  const scale = 1 + Z ** 2 / of;
  const low = count === 0 ? 0 : (centre - margin) / scale;
  const high = count === of ? 1 : (centre + margin) / scale;
  return { count, of, value: share, low, high };
}
