/** A loss, its gradient, and its second derivatives, row by row. */
export interface Loss {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** A convex loss of a few dozen numbers is at its least after about six steps. */
const MOST_STEPS = 50;
const MOST_HALVINGS = 40;
/** Where the decrement, half of which a step can still gain, is below this share of the loss it is at its least. */
const NOTHING = 1e-14;

/**
 * The minimum of a strictly convex loss: Newton's method with steps that are halved until they gain (Boyd and Vandenberghe 2004, section
 * 9.5).
 */
export function leastBy(loss: (theta: Float64Array) => Loss, start: Float64Array): Float64Array {
  let theta = start;
  let here = loss(theta);
  for (let i = 0; i < MOST_STEPS; i++) {
    const step = solve(here.hessian, here.gradient);
    const decrement = step.reduce((sum, each, k) => sum + each * (here.gradient[k] as number), 0);
    if (!(decrement > NOTHING * Math.max(1, here.value))) break;
    const next = shortened(loss, theta, here, step, decrement);
    if (!next) break;
    [theta, here] = next;
  }
  return theta;
}

function shortened(
  loss: (theta: Float64Array) => Loss,
  theta: Float64Array,
  here: Loss,
  step: Float64Array,
  decrement: number,
): [Float64Array, Loss] | undefined {
  for (let [i, length] = [0, 1]; i < MOST_HALVINGS; i++, length /= 2) {
    const there = theta.map((value, k) => value - length * (step[k] as number));
    const found = loss(there);
    if (found.value <= here.value - 0.25 * length * decrement) return [there, found];
  }
  return undefined; // within rounding, nothing is left to gain
}

/** Solves A x = b for a symmetric positive definite A, `[n, n]` row by row (Cholesky). */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const root = new Float64Array(n * n);
  const at = (i: number, j: number) => root[i * n + j] as number;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let left = matrix[i * n + j] as number;
      for (let k = 0; k < j; k++) left -= at(i, k) * at(j, k);
      root[i * n + j] = i === j ? Math.sqrt(left) : left / at(j, j);
    }
  }
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - at(i, k) * (x[k] as number);
    x[i] = (x[i] as number) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - at(k, i) * (x[k] as number);
    x[i] = (x[i] as number) / at(i, i);
  }
  return x;
}
