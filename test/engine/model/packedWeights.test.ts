import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { Fields } from '../../../engine/model/fields.ts';
import { openPackedWeights } from '../../../engine/model/packedWeights.ts';
import { openSafetensors } from '../../../engine/model/safetensors.ts';
import type { WeightSource } from '../../../engine/model/weights.ts';
import { weightsOf } from '../../support/blockMatrix.ts';
import { fileOf } from '../../support/fuzz.ts';
import { awqFile, gptqFile, type PackedFile, type PackedOptions } from '../../support/packedWeights.ts';

async function open({ file, config }: PackedFile, changes: object = {}): Promise<WeightSource> {
  return openPackedWeights(await openSafetensors(fileOf(file)), new Fields({ ...config, ...changes }, 'config.json'));
}

/** Counts the bytes that are read once it is open. */
async function openWatched({ file, config }: PackedFile) {
  const inner = fileOf(file);
  const read = { bytes: 0 };
  const watched = (offset: number, length: number) => {
    read.bytes += length;
    return inner.read(offset, length);
  };
  const source = openPackedWeights(await openSafetensors({ ...inner, read: watched }), new Fields(config, 'config.json'));
  read.bytes = 0;
  return { source, read };
}

/** As float32, with −0 as 0. */
const rounded = (values: ArrayLike<number>) => Float32Array.from(values, (value) => value + 0);

const SIZES: readonly (PackedOptions & { readonly blockSize: number })[] = [
  { rows: 24, columns: 256, groupSize: 32, seed: 1, blockSize: 32 },
  { rows: 136, columns: 384, groupSize: 64, seed: 2, blockSize: 64 },
  { rows: 16, columns: 256, groupSize: 128, seed: 3, blockSize: 128 },
  { rows: 8, columns: 512, groupSize: 256, seed: 4, blockSize: 256 },
  { rows: 8, columns: 1024, groupSize: 512, seed: 5, blockSize: 128 },
  { rows: 8, columns: 192, groupSize: 96, seed: 6, blockSize: 32 },
  { rows: 16, columns: 344, groupSize: -1, seed: 7, blockSize: 128 }, // the last block reaches beyond the row
  { rows: 16, columns: 96, groupSize: 64, seed: 8, blockSize: 64 }, // the last group is not full
];

describe.each<[string, (options: PackedOptions) => PackedFile]>([
  ['GPTQ', gptqFile],
  ['GPTQ of the second version', (options) => gptqFile(options, { version: 'gptq_v2' })],
  ['AWQ', awqFile],
])('%s', (_, pack) => {
  it.each(SIZES)('$rows × $columns in groups of $groupSize', async ({ blockSize, ...options }) => {
    const packed = pack(options);
    const source = await open(packed);
    const truth = rounded(packed.weights);
    const matrix = await source.blocks('layer.weight');
    if (!matrix) throw new Error('It is not in blocks.');
    expect(matrix.blockSize).toBe(blockSize);
    const hasZeroPoints = matrix.zeroPoints !== undefined;
    expect(await source.blockForm('layer.weight')).toEqual({ bits: 4, blockSize, hasZeroPoints, hasOffsets: false });
    expect(rounded(weightsOf(matrix))).toEqual(truth);
    expect(await source.read('layer.weight')).toEqual(truth);
    const { columns } = options;
    const rows = { start: 3, end: 8 };
    expect(await source.read('layer.weight', rows)).toEqual(truth.subarray(3 * columns, 8 * columns));
    const part = await source.blocks('layer.weight', rows);
    expect(part && rounded(weightsOf(part))).toEqual(truth.subarray(3 * columns, 8 * columns));
  });

  it('gives packed weights under the names of unpacked ones', async () => {
    const source = await open(pack({ rows: 16, columns: 64, groupSize: 32, seed: 9 }));
    expect(source.names).toEqual(['norm.weight', 'layer.weight']);
    expect(source.shape('layer.weight')).toEqual([16, 64]);
    expect(source.storedAs('layer.weight')).toMatch(/^(GPTQ|AWQ) 4-bit$/);
    expect(source.storedAs('norm.weight')).toBe('F16');
    expect(await source.read('norm.weight')).toEqual(Float32Array.of(1));
    expect(await source.blocks('norm.weight')).toBeUndefined();
    expect(await source.blockForm('norm.weight')).toBeUndefined();
  });

  it('knows the format of its blocks without reading the weights', async () => {
    const { source, read } = await openWatched(pack({ rows: 64, columns: 1024, groupSize: 128, seed: 13 }));
    expect(await source.blockForm('layer.weight')).toMatchObject({ bits: 4, blockSize: 128 });
    expect(read.bytes).toBeLessThan((64 * 1024) / 2 / 4);
  });
});

it('symmetric GPTQ has no zero points', async () => {
  const packed = gptqFile({ rows: 16, columns: 64, groupSize: 32, seed: 10 }, { symmetric: true });
  const matrix = await (await open(packed)).blocks('layer.weight');
  expect(matrix?.zeroPoints).toBeUndefined();
  expect(await (await open(packed)).blockForm('layer.weight')).toMatchObject({ hasZeroPoints: false });
  expect(matrix && rounded(weightsOf(matrix))).toEqual(rounded(packed.weights));
});

it('GPTQ with columns in the order of their activations is read, but not in blocks', async () => {
  const packed = gptqFile({ rows: 16, columns: 128, groupSize: 32, seed: 11 }, { shuffled: true });
  const source = await open(packed);
  expect(await source.blocks('layer.weight')).toBeUndefined();
  expect(await source.blockForm('layer.weight')).toBeUndefined();
  expect(rounded(await source.read('layer.weight'))).toEqual(rounded(packed.weights));
  const part = await source.read('layer.weight', { start: 15, end: 16 });
  expect(rounded(part)).toEqual(rounded(packed.weights).subarray(15 * 128));
});

it.each([true, false])('rows that follow each other come from one reading, shuffled: %s', async (shuffled) => {
  const [rows, columns] = [256, 512];
  const { source, read } = await openWatched(gptqFile({ rows, columns, groupSize: 128, seed: 14 }, { shuffled }));
  for (let start = 0; start < rows; start += 64) await source.read('layer.weight', { start, end: start + 64 });
  expect(read.bytes).toBeLessThan(2 * ((rows * columns) / 2));
});

describe('refuses', () => {
  const gptq = gptqFile({ rows: 16, columns: 64, groupSize: 32, seed: 12 });
  it.each<[string, PackedFile, object, RegExp]>([
    ['another method', gptq, { quant_method: 'bitsandbytes' }, /bitsandbytes.*gptq.*awq/],
    ['a method without a name', gptq, { quant_method: undefined }, /GGUF/],
    ['other bits', gptq, { bits: 3 }, /gptq with 3 bits/],
    ['no bits', gptq, { bits: undefined }, /bits/],
    ['the layout of Marlin', gptq, { checkpoint_format: 'marlin' }, /marlin/],
    ['the layout of Marlin by its flag', gptq, { is_marlin_format: true }, /marlin/],
    ['AWQ for other kernels', awqFile({ rows: 16, columns: 64, groupSize: 32, seed: 12 }), { version: 'gemv' }, /gemv/],
    ['odd groups', gptq, { group_size: 20 }, /20/],
  ])('%s', async (_, packed, changes, words) => {
    await expect(open(packed, changes)).rejects.toSatisfy(
      (error) => isPaddockError(error, 'unsupported-model') && words.test(error.message) && /config\.json/.test(error.message),
    );
  });

  it('parts that do not fit together', async () => {
    const source = await open(gptq, { group_size: 64 });
    expect(() => source.shape('layer.weight')).toThrow(/layer.*\[8,16\].*\[2,16\].*groups of 64/);
    await expect(source.blocks('layer.weight')).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
  });
});
