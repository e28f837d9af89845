import { decodeFloat16 } from '../../model/elements.ts';
import type { Tensor } from '../ort.ts';
import type { DeviceLogits } from '../webgpu/deviceLogits.ts';

/**
 * Rows of a graph's logits as float32, wherever the logits are.
 * @param logits float32 or float16, `[…, positions, vocabulary]`
 * @param positions ascending
 * @param targets where the row of each goes
 */
export async function copyRows(
  logits: Tensor,
  positions: readonly number[],
  targets: readonly Float32Array[],
  device: DeviceLogits,
): Promise<void> {
  if (logits.location === 'cpu') {
    for (const [i, target] of targets.entries()) copyRow(logits, positions[i] as number, target);
  } else if (positions.length > 0) {
    const rows = await device.rows(logits, positions);
    for (const [i, target] of targets.entries()) target.set(rows.subarray(i * target.length, (i + 1) * target.length));
  }
}

function copyRow(logits: Tensor, position: number, target: Float32Array): void {
  const start = position * target.length;
  const values = (logits.data as Float32Array | Uint16Array).subarray(start, start + target.length);
  // Where JavaScript has no numbers of 16 bits, onnxruntime gives their bits.
  if (values instanceof Uint16Array) decodeFloat16(values, target);
  else target.set(values);
}
