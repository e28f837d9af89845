import type { FloatTensor } from '../../support/llama.ts';
import { fromHalf, toHalf } from '../../support/safetensors.ts';

export type Activation = 'silu' | 'gelu-tanh' | 'relu';

/** y = W x + b, in float64. */
export function linear(x: Float64Array, { shape, data }: FloatTensor, bias?: FloatTensor): Float64Array<ArrayBuffer> {
  const [rows, columns] = shape as [number, number];
  if (columns !== x.length) throw new Error(`A matrix of ${columns} columns cannot take ${x.length} numbers.`);
  const y = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += (data[row * columns + column] as number) * (x[column] as number);
    y[row] = sum + (bias ? (bias.data[row] as number) : 0);
  }
  return y;
}

/** RMSNorm: x / √(mean(x²) + ε) · g (Zhang and Sennrich 2019). */
export function rmsNorm(x: Float64Array, gain: FloatTensor, epsilon: number): Float64Array<ArrayBuffer> {
  let squares = 0;
  for (const value of x) squares += value * value;
  const scale = 1 / Math.sqrt(squares / x.length + epsilon);
  return Float64Array.from(x, (value, i) => value * scale * (gain.data[i] as number));
}

/** LayerNorm: (x − mean) / √(variance + ε) · g + b (Ba et al. 2016). */
export function layerNorm(x: Float64Array, gain: FloatTensor, bias: FloatTensor, epsilon: number): Float64Array<ArrayBuffer> {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const centred = Float64Array.from(x, (value) => value - mean);
  return rmsNorm(centred, gain, epsilon).map((value, i) => value + (bias.data[i] as number));
}

export function softmax(scores: readonly number[]): number[] {
  const highest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** @param coarse GELU as llama.cpp has it: looked up in a table of float16 for float16 arguments */
export function activate(kind: Activation, x: number, coarse = false): number {
  if (kind === 'relu') return Math.max(0, x);
  if (kind === 'silu') return x / (1 + Math.exp(-x));
  if (!coarse) return gelu(x);
  return x <= -10 ? 0 : x >= 10 ? x : fromHalf(toHalf(gelu(fromHalf(toHalf(x)))));
}

/** GELU's approximation by tanh (Hendrycks and Gimpel 2016). */
function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

export function added(a: Float64Array, b: Float64Array, factor = 1): Float64Array<ArrayBuffer> {
  return Float64Array.from(a, (value, i) => value + factor * (b[i] as number));
}
