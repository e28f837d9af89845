/** Largest difference divided by the largest magnitude of the reference. NaN anywhere makes it infinite, so that every bound fails. */
export function relativeError(values: ArrayLike<number>, truth: ArrayLike<number>): number {
  if (values.length !== truth.length || values.length === 0) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < truth.length; i++) {
    const distance = Math.abs((values[i] as number) - (truth[i] as number));
    if (!Number.isFinite(distance)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, distance);
    scale = Math.max(scale, Math.abs(truth[i] as number));
  }
  return difference / scale;
}

/** Root mean square of the differences divided by that of the reference. */
export function relativeRms(values: ArrayLike<number>, truth: ArrayLike<number>): number {
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < truth.length; i++) {
    difference += ((values[i] as number) - (truth[i] as number)) ** 2;
    scale += (truth[i] as number) ** 2;
  }
  return Math.sqrt(difference / scale);
}

/** KL(reference ‖ values) of the two distributions, in nats. */
export function divergence(values: ArrayLike<number>, truth: ArrayLike<number>): number {
  const p = logSoftmax(truth);
  const q = logSoftmax(values);
  return p.reduce((sum, logP, i) => sum + Math.exp(logP) * (logP - (q[i] as number)), 0);
}

export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

function logSoftmax(values: ArrayLike<number>): number[] {
  const highest = Array.from(values).reduce((a, b) => Math.max(a, b), -Infinity);
  const total = Array.from(values).reduce((sum, value) => sum + Math.exp(value - highest), 0);
  return Array.from(values, (value) => value - highest - Math.log(total));
}
