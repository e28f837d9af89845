import { float16Table } from '../elements.ts';
import { type BlockFormat, type BlockTarget, splitNibbles } from './blockFormat.ts';
import { half, IQ4_LEVELS, lookUp } from './legacyBlocks.ts';

/** 16 bytes of 4-bit scale and minimum, 64 bytes of 2-bit levels, float16 d and dmin. w = d · scale · q − dmin · minimum. */
function repackQ2_K(bytes: Uint8Array, count: number, { packed, scales, offsets }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 84) {
    const d = halves[half(bytes, at + 80)] as number;
    const dmin = halves[half(bytes, at + 82)] as number;
    for (let part = 0; part < 16; part++) {
      const both = bytes[at + part] as number;
      const scale = d * (both & 15);
      scales[block * 16 + part] = scale;
      offsets[block * 16 + part] = 2 * scale - dmin * (both >> 4);
      const from = at + 16 + crumbs(part);
      const shift = part & 6; // two bits for each pair of parts
      const to = (block * 16 + part) * 8;
      for (let i = 0; i < 8; i++) {
        const even = ((bytes[from + 2 * i] as number) >> shift) & 3;
        const odd = ((bytes[from + 2 * i + 1] as number) >> shift) & 3;
        packed[to + i] = (even + 6) | ((odd + 6) << 4);
      }
    }
  }
}

/** Where the 16 bytes lie that hold two bits of each weight of a sixteenth: two sixteenths after one another, four in the same bytes. */
function crumbs(part: number): number {
  return (part >> 3) * 32 + (part & 1) * 16;
}

/** 32 bytes of third bits, 64 bytes of two lower bits, 12 bytes of 6-bit scales, float16 d. w = d · (scale − 32) · (q − 4). */
function repackQ3_K(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 110) {
    const d = halves[half(bytes, at + 108)] as number;
    for (let part = 0; part < 16; part++) {
      const low = ((bytes[at + 96 + (part & 7)] as number) >> (part < 8 ? 0 : 4)) & 15;
      const high = ((bytes[at + 104 + (part & 3)] as number) >> (2 * (part >> 2))) & 3;
      scales[block * 16 + part] = d * ((low | (high << 4)) - 32);
      const from = at + 32 + crumbs(part);
      const shift = part & 6;
      const third = at + (part & 1) * 16;
      const bit = part >> 1;
      const to = (block * 16 + part) * 8;
      for (let i = 0; i < 8; i++) {
        const even = (((bytes[from + 2 * i] as number) >> shift) & 3) | ((((bytes[third + 2 * i] as number) >> bit) & 1) << 2);
        const odd =
          (((bytes[from + 2 * i + 1] as number) >> shift) & 3) | ((((bytes[third + 2 * i + 1] as number) >> bit) & 1) << 2);
        packed[to + i] = (even + 4) | ((odd + 4) << 4);
      }
    }
  }
}

/** float16 d and dmin, 12 bytes of 6-bit scales and minima, 128 bytes of nibbles. w = d · scale · q − dmin · minimum. */
function repackQ4_K(bytes: Uint8Array, count: number, { packed, scales, offsets }: BlockTarget): void {
  for (let block = 0, at = 0; block < count; block++, at += 144) {
    scalesAndMinima(bytes, at, 8, scales, offsets, block * 8);
    for (let pair = 0; pair < 4; pair++) splitNibbles(bytes, at + 16 + pair * 32, packed, block * 128 + pair * 32, 32);
  }
}

/** As Q4_K, with 32 bytes of fifth bits before the nibbles. */
function repackQ5_K(bytes: Uint8Array, count: number, { packed, scales, offsets }: BlockTarget): void {
  for (let block = 0, at = 0; block < count; block++, at += 176) {
    scalesAndMinima(bytes, at, 16, scales, offsets, block * 8);
    for (let pair = 0; pair < 4; pair++) {
      const from = at + 48 + pair * 32;
      const to = block * 256 + pair * 64;
      for (let j = 0; j < 32; j++) {
        const byte = bytes[from + j] as number;
        const fifths = (bytes[at + 16 + j] as number) >> (2 * pair);
        packed[to + j] = ((byte & 15) | ((fifths & 1) << 4)) + 112;
        packed[to + j + 32] = ((byte >> 4) | ((fifths & 2) << 3)) + 112;
      }
    }
  }
}

/** Scales and minima of Q4_K and Q5_K: four of each lie whole in 12 bytes, the upper bits of the other four above them. */
function scalesAndMinima(
  bytes: Uint8Array,
  at: number,
  centre: number,
  scales: Float32Array,
  offsets: Float32Array,
  to: number,
): void {
  const halves = float16Table();
  const d = halves[half(bytes, at)] as number;
  const dmin = halves[half(bytes, at + 2)] as number;
  for (let i = 0; i < 4; i++) {
    const first = bytes[at + 4 + i] as number;
    const second = bytes[at + 8 + i] as number;
    const third = bytes[at + 12 + i] as number;
    const scale = d * (first & 63);
    const next = d * ((third & 15) | ((first >> 6) << 4));
    scales[to + i] = scale;
    scales[to + 4 + i] = next;
    offsets[to + i] = centre * scale - dmin * (second & 63);
    offsets[to + 4 + i] = centre * next - dmin * ((third >> 4) | ((second >> 6) << 4));
  }
}

/** 128 bytes of nibbles, 64 bytes of two upper bits, 16 int8 scales, float16 d. w = d · scale · (q − 32). */
function repackQ6_K(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 210) {
    const d = halves[half(bytes, at + 208)] as number;
    for (let part = 0; part < 16; part++) scales[block * 16 + part] = d * (((bytes[at + 192 + part] as number) << 24) >> 24);
    for (let side = 0; side < 2; side++) {
      const low = at + side * 64;
      const high = at + 128 + side * 32;
      const to = block * 256 + side * 128;
      for (let j = 0; j < 32; j++) {
        const first = bytes[low + j] as number;
        const second = bytes[low + 32 + j] as number;
        const upper = bytes[high + j] as number;
        packed[to + j] = ((first & 15) | ((upper & 3) << 4)) + 96;
        packed[to + 32 + j] = ((second & 15) | ((upper & 12) << 2)) + 96;
        packed[to + 64 + j] = ((first >> 4) | (upper & 48)) + 96;
        packed[to + 96 + j] = ((second >> 4) | ((upper & 192) >> 2)) + 96;
      }
    }
  }
}

/** float16 d, 2 + 4 bytes of 6-bit scales, 128 bytes of nibbles that choose from a table. w = d · (scale − 32) · level. */
function repackIQ4_XS(bytes: Uint8Array, count: number, { packed, scales }: BlockTarget): void {
  const halves = float16Table();
  for (let block = 0, at = 0; block < count; block++, at += 136) {
    const d = halves[half(bytes, at)] as number;
    const upper = half(bytes, at + 2);
    for (let part = 0; part < 8; part++) {
      const low = ((bytes[at + 4 + (part >> 1)] as number) >> (4 * (part & 1))) & 15;
      scales[block * 8 + part] = d * ((low | (((upper >> (2 * part)) & 3) << 4)) - 32);
      lookUp(bytes, at + 8 + part * 16, packed, block * 256 + part * 32, IQ4_LEVELS);
    }
  }
}

/** Blocks of 256 that are made of smaller ones, with scales that are themselves quantised. */
export const SUPER_BLOCKS: Readonly<Record<string, BlockFormat>> = {
  Q2_K: { weights: 256, bytes: 84, bits: 4, blockSize: 16, hasOffsets: true, repack: repackQ2_K },
  Q3_K: { weights: 256, bytes: 110, bits: 4, blockSize: 16, hasOffsets: false, repack: repackQ3_K },
  Q4_K: { weights: 256, bytes: 144, bits: 4, blockSize: 32, hasOffsets: true, repack: repackQ4_K },
  Q5_K: { weights: 256, bytes: 176, bits: 8, blockSize: 32, hasOffsets: true, repack: repackQ5_K },
  Q6_K: { weights: 256, bytes: 210, bits: 8, blockSize: 16, hasOffsets: false, repack: repackQ6_K },
  IQ4_XS: { weights: 256, bytes: 136, bits: 8, blockSize: 32, hasOffsets: false, repack: repackIQ4_XS },
};
