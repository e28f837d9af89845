/** 4-bit levels `[columns / 8, rows]` in words of eight inputs, and zero points `[groups, rows]`, one in each byte. */
export interface PackedLayout {
  /** `[rows, width]` words of eight levels along the columns, the first in the lowest bits. @param words as the file has them */
  levels(words: Uint32Array, rows: number, columns: number, width: number): Uint32Array;
  /** @param words `[groups, rows / 8]` as the file has them */
  zeroPoints(words: Uint32Array): Uint8Array;
  /** Of the packed levels in the file. */
  shape(rows: number, columns: number): readonly [number, number];
}

/**
 * GPTQ (Frantar et al. 2022) as AutoGPTQ lays it out: words of eight inputs, `[columns / 8, rows]`, the lowest bits first. Zero points
 * are stored less one in the first version of the format (`checkpoint_format` "gptq"), as they are in the second.
 */
export function gptqLayout(zeroShift: 0 | 1): PackedLayout {
  return {
    shape: (rows, columns) => [columns / 8, rows],
    levels: transposeWords,
    zeroPoints: (words) => unpackWords(words, [0, 1, 2, 3, 4, 5, 6, 7]).map((zero) => (zero + zeroShift) & 15),
  };
}

/** Nibble k of an AWQ word belongs to the output `AWQ_ORDER[k]` of its eight. */
const AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7] as const;

/** AWQ (Lin et al. 2023), version "gemm": words of eight outputs in an order of their own, `[columns, rows / 8]`. */
export const AWQ_LAYOUT: PackedLayout = {
  shape: (rows, columns) => [columns, rows / 8],
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
  for (let word = 0; word < stride; word++) {
    for (let i = 0; i < columns / 8; i++) {
      const at = i * 8 * stride + word;
      for (let nibble = 0; nibble < 8; nibble++) {
        const shift = 4 * nibble;
        let joined = 0;
        for (let input = 7; input >= 0; input--) {
          joined = (joined << 4) | (((words[at + input * stride] as number) >>> shift) & 15);
        }
        out[(word * 8 + (AWQ_ORDER[nibble] as number)) * width + i] = joined;
      }
    }
  }
  return out;
}

/** Words of eight values, one of which each byte becomes. */
function unpackWords(words: Uint32Array, order: readonly number[]): Uint8Array {
  const values = new Uint8Array(words.length * 8);
  for (const [nibble, place] of order.entries()) {
    for (let i = 0; i < words.length; i++) values[i * 8 + place] = ((words[i] as number) >>> (4 * nibble)) & 15;
  }
  return values;
}
