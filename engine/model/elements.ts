/** Element types of plain floats, with their bytes. */
export const FLOAT_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
export type FloatType = keyof typeof FLOAT_BYTES;

export function isFloatType(type: string): type is FloatType {
  return Object.hasOwn(FLOAT_BYTES, type);
}

/**
 * Converts little-endian floats to float32.
 * @param target receives `bytes.length / FLOAT_BYTES[type]` values
 * @returns whether all of them are finite numbers
 */
export function decodeFloats(type: FloatType, bytes: Uint8Array, target: Float32Array): boolean {
  const size = FLOAT_BYTES[type];
  // A view needs whole elements from an aligned start.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const halves = () => new Uint16Array(aligned.buffer, aligned.byteOffset, target.length);
  if (type === 'F16') return decodeFloat16(halves(), target);
  if (type === 'BF16') return decodeBfloat16(halves(), target);
  target.set(new Float32Array(aligned.buffer, aligned.byteOffset, target.length));
  return allFinite(target);
}

/** A buffer that holds these bytes and no others. */
export function bufferOf(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : new Uint8Array(bytes).buffer;
}

/** A number minus itself is 0, except for NaN and infinity, which spread through the sum. */
export function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value - value;
  }
  return sum === 0;
}

/** A bfloat16 is the upper half of a float32. */
function decodeBfloat16(halves: Uint16Array, target: Float32Array): boolean {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (halves[i] as number) << 16;
  return allFinite(target);
}

/** Converts float16 by their bits to float32. @returns whether all of them are finite numbers */
export function decodeFloat16(halves: Uint16Array, target: Float32Array): boolean {
  const table = float16Table();
  for (let i = 0; i < target.length; i++) target[i] = table[halves[i] as number] as number;
  return allFinite(target);
}

let table: Float32Array | undefined;

/** The value of every IEEE 754 binary16 by its bits (256 KB, made once): several times faster than arithmetic on each. */
export function float16Table(): Float32Array {
  if (table) return table;
  const bits = new Uint32Array(65536);
  const values = new Float32Array(bits.buffer);
  for (let half = 0; half < 65536; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) values[half] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else values[half] = sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  }
  table = values;
  return values;
}
