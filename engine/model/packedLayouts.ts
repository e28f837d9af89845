/** 4-bit levels `[columns / 8, rows]` in words of eight inputs, and zero points `[groups, rows]`, one in each byte. */
export interface PackedLayout {
  /** `[rows, width]` words of eight levels along the columns, the first in the lowest bits. @param words as the file has them */
  levels(words: Uint32Array, rows: number, columns: number, width: number): Uint32Array;
  /** @param words `[groups, rows / 8]` as the file has them */
  zeroPoints(words: Uint32Array): Uint8Array;
  /** Of the packed levels in the file. */
  shape(rows: number, columns: number): readonly [number, number];
  /** Of a matrix whose packed levels are so high. */
  columns(height: number): number;
}

/**
 * GPTQ (Frantar et al. 2022) as AutoGPTQ lays it out: words of eight inputs, `[columns / 8, rows]`, the lowest bits first. Zero points
 * are stored less one in the first version of the format (`checkpoint_format` "gptq"), as they are in the second.
 */
export function gptqLayout(zeroShift: 0 | 1): PackedLayout {
  return {
    shape: (rows, columns) => [columns / 8, rows],
    columns: (height) => 8 * height,
    levels: transposeWords,
    zeroPoints: (words) => unpackWords(words, [0, 1, 2, 3, 4, 5, 6, 7]).map((zero) => (zero + zeroShift) & 15),
  };
}

/** Nibble k of an AWQ word belongs to the output `AWQ_ORDER[k]` of its eight. */
const AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7] as const;

/** AWQ (Lin et al. 2023), version "gemm": words of eight outputs in an order of their own, `[columns, rows / 8]`. */
export const AWQ_LAYOUT: PackedLayout = {
  shape: (rows, columns) => [columns, rows / 8],
  columns: (height) => height,
  levels: transposeNibbles,
  zeroPoints: (words) => unpackWords(words, AWQ_ORDER),
};

/** Rows of one pass, so that what is read and what is written stay in the cache. */
const TILE = 64;

/** `[height, rows]` words become `[rows, width]`. */
function transposeWords(words: Uint32Array, rows: number, columns: number, width: number): Uint32Array {
  const height = columns / 8;
  const out = new Uint32Array(rows * width);
  for (let first = 0; first < rows; first += TILE) {
    const last = Math.min(first + TILE, rows);
    for (let i = 0; i < height; i++) {
      for (let row = first; row < last; row++) out[row * width + i] = words[i * rows + row] as number;
    }
  }
  return out;
}

/** `[columns, rows / 8]` words of outputs become `[rows, width]` words of inputs, eight by eight nibbles at a time. */
function transposeNibbles(words: Uint32Array, rows: number, columns: number, width: number): Uint32Array {
  const stride = rows / 8;
  const out = new Uint32Array(rows * width);
  const eight = new Uint32Array(8);
  for (let first = 0; first < stride; first += TILE / 4) {
    const last = Math.min(first + TILE / 4, stride);
    for (let i = 0; i < columns / 8; i++) {
      for (let word = first; word < last; word++) {
        for (let input = 0; input < 8; input++) eight[input] = words[(i * 8 + input) * stride + word] as number;
        transposeEight(eight);
        for (let nibble = 0; nibble < 8; nibble++) {
          out[(word * 8 + (AWQ_ORDER[nibble] as number)) * width + i] = eight[nibble] as number;
        }
      }
    }
  }
  return out;
}

/** Transposes eight words of eight nibbles in place: halves, then quarters, then single nibbles change places. */
function transposeEight(words: Uint32Array): void {
  swap(words, 4, 16, 0x0000ffff);
  swap(words, 2, 8, 0x00ff00ff);
  swap(words, 1, 4, 0x0f0f0f0f);
}

/** Exchanges the upper bits of each word with the lower bits of the one `distance` further (Warren, Hacker's Delight, 7-3). */
function swap(words: Uint32Array, distance: number, shift: number, mask: number): void {
  for (let i = 0; i < 8; i++) {
    if (i & distance) continue;
    const low = words[i] as number;
    const high = words[i + distance] as number;
    const moved = ((low >>> shift) ^ high) & mask;
    words[i] = low ^ (moved << shift);
    words[i + distance] = high ^ moved;
  }
}

/** Words of eight values, one of which each byte becomes. */
function unpackWords(words: Uint32Array, order: readonly number[]): Uint8Array {
  const values = new Uint8Array(words.length * 8);
  for (const [nibble, place] of order.entries()) {
    for (let i = 0; i < words.length; i++) values[i * 8 + place] = ((words[i] as number) >>> (4 * nibble)) & 15;
  }
  return values;
}
