/** Buckets of positions, two per octave, so that they are evenly spaced over the logarithm of the position. */
export interface Buckets {
  /** Where each bucket begins, and the last one's end: bucket i holds positions `limits[i]` to `limits[i + 1]`, the latter not included. */
  readonly limits: readonly number[];
  /** The mean position of each bucket. */
  readonly contexts: readonly number[];
}

/** The first bucket's beginning: what stands behind fewer tokens says more about how files begin than about the use of context. */
const FIRST = 8;

/** The least tokens of context that make buckets: two of them, an octave. */
export const SMALLEST_WINDOW = 2 * FIRST;

/** @param window tokens of context; at least {@link SMALLEST_WINDOW} */
export function bucketsUpTo(window: number): Buckets {
  const limits = [FIRST];
  for (let i = 1; (limits.at(-1) as number) < window; i++) limits.push(Math.min(window, Math.round(FIRST * 2 ** (i / 2))));
  const contexts = limits.slice(1).map((high, i) => ((limits[i] as number) + high - 1) / 2);
  return { limits, contexts };
}

/**
 * The mean of each bucket.
 * @param values `values[i]` is that of position i + 1; as many as the last bucket reaches
 */
export function meansOf(values: ArrayLike<number>, { limits }: Buckets): number[] {
  return limits.slice(1).map((high, i) => {
    const low = limits[i] as number;
    let sum = 0;
    for (let position = low; position < high; position++) sum += values[position - 1] as number;
    return sum / (high - low);
  });
}
