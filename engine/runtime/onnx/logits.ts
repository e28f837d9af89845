import { decodeFloat16 } from '../../model/elements.ts';
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
  if (values instanceof Uint16Array) decodeFloat16(values, target);
  else target.set(values);
}
