import { fromHalf, toHalf } from './safetensors.ts';

/** Tensor types of ggml that the tests write, with their numbers in a GGUF file. */
export const GgmlType = { F32: 0, Q4_0: 2, Q8_0: 8 } as const;
export type GgmlTypeName = keyof typeof GgmlType;

/** Number of weights that share a scale in Q4_0 and Q8_0. */
const BLOCK = 32;

/** The bytes of a matrix in one of ggml's types. Rows must hold whole blocks. */
export function encodeGgml(data: Float32Array, columns: number, type: GgmlTypeName): Uint8Array {
  if (type === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (columns % BLOCK !== 0) throw new Error(`A row of ${columns} weights has no whole blocks of ${BLOCK}.`);
  return type === 'Q4_0' ? encodeQ4(data) : encodeQ8(data);
}

/** Q4_0: float16 scale d, then 16 bytes; weight j and j + 16 share a byte, low nibble first. w = d · (q − 8). */
function encodeQ4(data: Float32Array): Uint8Array {
  const blocks = data.length / BLOCK;
  const bytes = new Uint8Array(blocks * 18);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < blocks; block++) {
    const weights = data.subarray(block * BLOCK, (block + 1) * BLOCK);
    const extreme = weights.reduce((most, w) => (Math.abs(w) > Math.abs(most) ? w : most), 0);
    const scale = extreme / -8;
    view.setUint16(block * 18, toHalf(scale), true);
    const level = (w: number) => Math.min(15, scale === 0 ? 8 : Math.floor(w / scale + 8.5));
    for (let j = 0; j < 16; j++) {
      bytes[block * 18 + 2 + j] = level(weights[j] as number) | (level(weights[j + 16] as number) << 4);
    }
  }
  return bytes;
}

/** Q8_0: float16 scale d, then 32 int8. w = d · q. */
function encodeQ8(data: Float32Array): Uint8Array {
  const blocks = data.length / BLOCK;
  const bytes = new Uint8Array(blocks * 34);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < blocks; block++) {
    const weights = data.subarray(block * BLOCK, (block + 1) * BLOCK);
    const scale = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / 127;
    view.setUint16(block * 34, toHalf(scale), true);
    for (let j = 0; j < BLOCK; j++)
      view.setInt8(block * 34 + 2 + j, scale === 0 ? 0 : Math.round((weights[j] as number) / scale));
  }
  return bytes;
}

/** The weights that the bytes of {@link encodeGgml} stand for. */
export function decodeGgml(bytes: Uint8Array, type: Exclude<GgmlTypeName, 'F32'>): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = type === 'Q4_0' ? 18 : 34;
  const values = new Float32Array((bytes.length / size) * BLOCK);
  for (let i = 0; i < values.length; i++) {
    const start = Math.floor(i / BLOCK) * size;
    const j = i % BLOCK;
    const level =
      type === 'Q8_0' ? view.getInt8(start + 2 + j) : ((view.getUint8(start + 2 + (j % 16)) >> (j < 16 ? 0 : 4)) & 15) - 8;
    values[i] = fromHalf(view.getUint16(start, true)) * level;
  }
  return values;
}
