/** Where a run of repacked blocks goes: the arrays of a `BlockMatrix`, all from their beginning. */
export interface BlockTarget {
  readonly packed: Uint8Array;
  readonly scales: Float32Array;
  /** Empty if the format has no offsets. */
  readonly offsets: Float32Array;
}

/**
 * One of ggml's block types (https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h) and how its levels become those of a
 * `BlockMatrix`: weight = scale · (level − 2^(bits−1)) + offset. Levels are centred, so that an offset is about the block's mean.
 */
export interface BlockFormat {
  /** Weights and bytes of one block in the file. */
  readonly weights: 32 | 256;
  readonly bytes: number;
  /** Of the blocks it becomes. */
  readonly bits: 4 | 8;
  readonly blockSize: 16 | 32;
  readonly hasOffsets: boolean;
  /** Repacks `count` blocks of the file, which lie one after another in `bytes`. */
  readonly repack: (bytes: Uint8Array, count: number, target: BlockTarget) => void;
}

/**
 * ggml keeps weight j in the low nibble of byte j and weight j + count in the high one; ours are neighbours in one byte.
 * @param count bytes, and half the weights
 */
export function splitNibbles(bytes: Uint8Array, from: number, packed: Uint8Array, to: number, count: number): void {
  const half = count >> 1;
  for (let i = 0; i < half; i++) {
    const even = bytes[from + 2 * i] as number;
    const odd = bytes[from + 2 * i + 1] as number;
    packed[to + i] = (even & 15) | ((odd & 15) << 4);
    packed[to + half + i] = (even >> 4) | (odd & 0xf0);
  }
}
