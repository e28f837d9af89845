import { float16Table } from '../elements.ts';
import { type BlockFormat, type BlockTarget, splitNibbles } from './blockFormat.ts';

/** Levels of IQ4_NL and IQ4_XS: not evenly spaced, but whole numbers, so that 8 bits hold them exactly. */
export const IQ4_LEVELS = Uint8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113).map(
  (value) => value + 128,
);

/** Twice the values of OCP's 4-bit float E2M1, which are whole numbers. */
const E2M1_LEVELS = Uint8Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12).map((value) => value + 128);

/** float16 d, 16 bytes of nibbles. w = d · (q − 8). */
function repackQ4_0(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 18) {
    scales[block] = halves[half(bytes, at)] as number;
    splitNibbles(bytes, at + 2, packed, block * 16, 16);
  }
}

/** float16 d and m, 16 bytes of nibbles. w = d · q + m. */
function repackQ4_1(bytes: Uint8Array, count: number, { packed, scales, offsets }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 20) {
    const scale = halves[half(bytes, at)] as number;
    scales[block] = scale;
    offsets[block] = (halves[half(bytes, at + 2)] as number) + 8 * scale;
    splitNibbles(bytes, at + 4, packed, block * 16, 16);
  }
}

/** float16 d, 4 bytes of fifth bits, 16 bytes of nibbles. w = d · (q − 16). */
function repackQ5_0(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 22) {
    scales[block] = halves[half(bytes, at)] as number;
    fiveBits(bytes, at + 2, packed, block * 32);
  }
}

/** float16 d and m, 4 bytes of fifth bits, 16 bytes of nibbles. w = d · q + m. */
function repackQ5_1(bytes: Uint8Array, count: number, { packed, scales, offsets }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 24) {
    const scale = halves[half(bytes, at)] as number;
    scales[block] = scale;
    offsets[block] = (halves[half(bytes, at + 2)] as number) + 16 * scale;
    fiveBits(bytes, at + 4, packed, block * 32);
  }
}

/** Bit j of the first four bytes is the fifth of weight j. Level 16 becomes 128. */
function fiveBits(bytes: Uint8Array, at: number, packed: Uint8Array, to: number): void {
  const low = half(bytes, at);
  const high = half(bytes, at + 2);
  for (let j = 0; j < 16; j++) {
    const byte = bytes[at + 4 + j] as number;
    packed[to + j] = ((byte & 15) | (((low >> j) & 1) << 4)) + 112;
    packed[to + j + 16] = ((byte >> 4) | (((high >> j) & 1) << 4)) + 112;
  }
}

/** float16 d, 32 int8. w = d · q. */
function repackQ8_0(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 34) {
    scales[block] = halves[half(bytes, at)] as number;
    // int8 plus 128 turns the sign bit.
    for (let j = 0; j < 32; j++) packed[block * 32 + j] = (bytes[at + 2 + j] as number) ^ 0x80;
  }
}

/** float16 d, 16 bytes of nibbles that choose from a table. */
function repackIQ4_NL(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 18) {
    scales[block] = halves[half(bytes, at)] as number;
    lookUp(bytes, at + 2, packed, block * 32, IQ4_LEVELS);
  }
}

/**
 * Half the power of two that a biased exponent of 8 bits means, the levels being doubled. 255 means NaN; from 252 on a weight would be
 * beyond float32.
 */
const E8M0_HALVES = Float32Array.from({ length: 256 }, (_, exponent) => (exponent < 252 ? 2 ** (exponent - 128) : Number.NaN));

/** An exponent in 8 bits, 16 bytes of nibbles that choose from a table (OCP Microscaling Formats 1.0). */
function repackMXFP4(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  for (let block = 0, at = 0; block < count; block++, at += 17) {
    scales[block] = E8M0_HALVES[bytes[at] as number] as number;
    lookUp(bytes, at + 1, packed, block * 32, E2M1_LEVELS);
  }
}

/** 16 bytes of nibbles as the 32 levels they choose. */
export function lookUp(bytes: Uint8Array, at: number, packed: Uint8Array, to: number, levels: Uint8Array): void {
  for (let j = 0; j < 16; j++) {
    const byte = bytes[at + j] as number;
    packed[to + j] = levels[byte & 15] as number;
    packed[to + j + 16] = levels[byte >> 4] as number;
  }
}

export function half(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

const common = { weights: 32, blockSize: 32 } as const;

export const LEGACY_BLOCKS: Readonly<Record<string, BlockFormat>> = {
  Q4_0: { ...common, bytes: 18, bits: 4, hasOffsets: false, repack: repackQ4_0 },
  Q4_1: { ...common, bytes: 20, bits: 4, hasOffsets: true, repack: repackQ4_1 },
  Q5_0: { ...common, bytes: 22, bits: 8, hasOffsets: false, repack: repackQ5_0 },
  Q5_1: { ...common, bytes: 24, bits: 8, hasOffsets: true, repack: repackQ5_1 },
  Q8_0: { ...common, bytes: 34, bits: 8, hasOffsets: false, repack: repackQ8_0 },
  IQ4_NL: { ...common, bytes: 18, bits: 8, hasOffsets: false, repack: repackIQ4_NL },
  MXFP4: { ...common, bytes: 17, bits: 8, hasOffsets: false, repack: repackMXFP4 },
};
