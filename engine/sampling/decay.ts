/** Steps of the table for each unit, and where it ends: e⁻⁴⁰ of the largest probability is nothing. */
const STEPS = 64;
const END = 40;
/** A reciprocal, because a division would take as long as all the rest. */
const SIXTH = 1 / 6;
const TABLE = Float64Array.from({ length: STEPS * END + 1 }, (_, i) => (i < STEPS * END ? Math.exp(-i / STEPS) : 0));

/**
 * e^−x for x ≥ 0, with a relative error below 3e-9: a table, and between its steps the Taylor series to the third power. A whole vocabulary
 * goes through here for each token, and Math.exp takes four times as long.
 */
export function decay(x: number): number {
  const near = Math.min(x, END);
  const step = (near * STEPS) | 0;
  const rest = near - step / STEPS;
  return (TABLE[step] as number) * (1 - rest * (1 - rest * (0.5 - rest * SIXTH)));
}
