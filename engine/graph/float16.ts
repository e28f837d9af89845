const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Float32 rounded to the nearest float16 (IEEE 754 binary16, ties to even), as bits. What is too large becomes the largest number. */
export function toFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, one);
}

function one(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= LARGEST) return sign | LARGEST_BITS;
  // Below 2⁻¹⁴ the numbers are evenly spaced, by 2⁻²⁴.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const rest = word & 0x7fffffff;
  return sign | ((rest + 0xfff + ((rest >>> 13) & 1) - (112 << 23)) >>> 13);
}

/** Beyond it numbers round to infinity, which would spoil every sum it is part of. */
const LARGEST = 65504;
const LARGEST_BITS = 0x7bff;

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const over = value - floor;
  return over > 0.5 || (over === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
