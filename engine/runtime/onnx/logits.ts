import type { Tensor } from '../ort.ts';

/**
 * One row of a tensor as float32.
 * @param tensor float32 or float16, `[…, row]`
 * @param target where the row goes
 */
export function copyRow(tensor: Tensor, row: number, target: Float32Array): void {
  const start = row * target.length;
  const values = (tensor.data as Float32Array | Uint16Array).subarray(start, start + target.length);
  // Where JavaScript has no numbers of 16 bits, onnxruntime gives their bits.
  if (values instanceof Uint16Array) decodeHalves(values, target);
  else target.set(values);
}

/** IEEE 754 binary16 to binary32. */
function decodeHalves(halves: Uint16Array, target: Float32Array): void {
  for (const [i, half] of halves.entries()) {
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const magnitude =
      exponent === 31
        ? fraction
          ? Number.NaN
          : Number.POSITIVE_INFINITY
        : exponent === 0
          ? fraction * 2 ** -24
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    target[i] = half & 0x8000 ? -magnitude : magnitude;
  }
}
