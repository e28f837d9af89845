import { FLOAT_BYTES, isFloatType } from '../elements.ts';
import type { BlockFormat } from './blockFormat.ts';
import { LEGACY_BLOCKS } from './legacyBlocks.ts';
import { SUPER_BLOCKS } from './superBlocks.ts';

/** ggml's names for tensor types, by their number in the file. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  8: 'Q8_0',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  14: 'Q6_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  30: 'BF16',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
  40: 'NVFP4',
};

export const BLOCK_FORMATS: Readonly<Record<string, BlockFormat>> = { ...LEGACY_BLOCKS, ...SUPER_BLOCKS };

/** What is read, for messages. */
export const READABLE_TYPES = `F32, F16, BF16, ${Object.keys(BLOCK_FORMATS).join(', ')}`;

export function typeName(type: number): string {
  return NAMES[type] ?? `type ${type}`;
}

/** Bytes of a row of `columns` weights; undefined for a type that is not read, NaN when the row has no whole blocks. */
export function rowBytes(type: string, columns: number): number | undefined {
  if (isFloatType(type)) return columns * FLOAT_BYTES[type];
  const format = BLOCK_FORMATS[type];
  if (!format) return undefined;
  return columns % format.weights === 0 ? (columns / format.weights) * format.bytes : Number.NaN;
}
