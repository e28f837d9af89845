import type { FloatTensor } from './llama.ts';

export type ElementType = 'F32' | 'F16' | 'BF16';

/** One safetensors file: header length (uint64), JSON header, data. */
export function encodeSafetensors(tensors: ReadonlyMap<string, FloatTensor>, type: ElementType = 'F32'): Buffer {
  return encodeRawTensors(
    new Map([...tensors].map(([name, { shape, data }]) => [name, { dtype: type, shape, bytes: encodeElements(data, type) }])),
  );
}

/** A tensor of any type, as the bytes of a file. */
export interface RawTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function encodeRawTensors(tensors: ReadonlyMap<string, RawTensor>): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  return safetensorsFile(header, ...[...tensors.values()].map(({ bytes }) => bytes));
}

/** A file made of a header, valid or not, and data. */
export function safetensorsFile(header: unknown, ...data: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify(header) ?? '');
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...data]);
}

/** The values after conversion to `type` and back. */
export function rounded(data: Float32Array, type: ElementType): Float32Array {
  if (type === 'F32') return data;
  if (type === 'F16') return Float32Array.from(data, (value) => fromHalf(toHalf(value)));
  return Float32Array.from(data, (value) => bitsToFloat(toBfloat16(value) << 16));
}

/** Numbers encoded in a type. */
export function encodeElements(data: Float32Array, type: ElementType): Uint8Array {
  if (type === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const halves = Uint16Array.from(data, type === 'F16' ? toHalf : toBfloat16);
  return new Uint8Array(halves.buffer);
}

const scratch = new DataView(new ArrayBuffer(4));

function floatToBits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

function bitsToFloat(bits: number): number {
  scratch.setUint32(0, bits >>> 0);
  return scratch.getFloat32(0);
}

/** bfloat16: the upper half of a float32, rounded to nearest, ties to even. */
function toBfloat16(value: number): number {
  const bits = floatToBits(value);
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** IEEE 754 binary16, rounded to nearest, ties to even. Values beyond its range become infinite. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || 2 ** -30)));
  const steps = roundHalfEven((magnitude / 2 ** exponent) * 1024);
  // With the implicit bit in `steps`, a carry out of the mantissa moves into the exponent by itself.
  return sign | (exponent === -14 ? steps : ((exponent + 14) << 10) + steps);
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
