import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GGUFTypedMetadata, GGUFValueType } from '@huggingface/gguf';
import { describe, expect, it } from 'vitest';
import { isPaddockError, PaddockError } from '../../../../engine/errors.ts';
import type { ModelFile } from '../../../../engine/model/files.ts';
import { openGguf } from '../../../../engine/model/gguf/gguf.ts';
import { openNodeFile } from '../../../../engine/storage/nodeFolder.ts';
import { weightsOf } from '../../../support/blockMatrix.ts';
import { fileOf, fuzz, spoilBytes } from '../../../support/fuzz.ts';
import { GGML_LAYOUTS, randomBlocks } from '../../../support/ggmlBlocks.ts';
import { encodeGguf, type GgufTensor } from '../../../support/ggufFile.ts';
import { temporaryFolder } from '../../../support/modelFolder.ts';
import { fastNormal, Random } from '../../../support/random.ts';

const uint32 = (value: number) => ({ value, type: GGUFValueType.UINT32 });

const METADATA = {
  version: uint32(3),
  tensor_count: { value: 0n, type: GGUFValueType.UINT64 },
  kv_count: { value: 0n, type: GGUFValueType.UINT64 },
  'general.architecture': { value: 'llama', type: GGUFValueType.STRING },
  'llama.block_count': uint32(7),
  'llama.rope.freq_base': { value: 0.5, type: GGUFValueType.FLOAT32 },
  'a.flag': { value: true, type: GGUFValueType.BOOL },
  'a.negative': { value: -3n, type: GGUFValueType.INT64 },
  'some.words': {
    value: ['', 'é', '\ufeffmark', '𝄞 clef', '終', 'plain words'],
    type: GGUFValueType.ARRAY,
    subType: GGUFValueType.STRING,
  },
  'some.numbers': { value: [1.5, -2, 0], type: GGUFValueType.ARRAY, subType: GGUFValueType.FLOAT32 },
  'some.large': { value: [2n ** 40n, 3n], type: GGUFValueType.ARRAY, subType: GGUFValueType.UINT64 },
  'some.flags': { value: [true, false], type: GGUFValueType.ARRAY, subType: GGUFValueType.BOOL },
};

function ggufOf(tensors: readonly GgufTensor[], metadata: object = METADATA): Buffer {
  // The library's type lists only the fields it knows.
  return encodeGguf(metadata as unknown as GGUFTypedMetadata, tensors);
}

function floats(name: string, dims: readonly number[], seed = 1): GgufTensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { name, dims, type: 0, bytes: new Uint8Array(fastNormal(size, 1, seed).buffer) };
}

const refuses = (code: 'bad-model' | 'unsupported-model', words: RegExp) => (error: unknown) =>
  isPaddockError(error, code) && words.test(error.message);

describe('metadata', () => {
  it('of every type', async () => {
    const { metadata } = await openGguf(fileOf(ggufOf([])));
    expect(metadata.string('general.architecture')).toBe('llama');
    expect(metadata.number('llama.block_count')).toBe(7);
    expect(metadata.number('llama.rope.freq_base')).toBe(0.5);
    expect(metadata.number('a.negative')).toBe(-3);
    expect(metadata.flag('a.flag')).toBe(true);
    expect(metadata.strings('some.words')).toEqual(METADATA['some.words'].value);
    expect(metadata.numbers('some.numbers')).toEqual(Float32Array.of(1.5, -2, 0));
    expect(metadata.get('some.large')).toEqual([2 ** 40, 3]);
    expect(metadata.flags('some.flags')).toEqual([true, false]);
    expect(metadata.number('missing')).toBeUndefined();
  });

  it('of the wrong type, or missing, is refused, and the error names it', async () => {
    const { metadata } = await openGguf(fileOf(ggufOf([])));
    expect(() => metadata.number('general.architecture')).toThrow(/general\.architecture/);
    expect(() => metadata.strings('some.numbers')).toThrow(/some\.numbers/);
    expect(() => metadata.need('a.key', metadata.string('a.key'))).toThrow(/a\.key/);
  });

  it('keeps words that are not UTF-8 apart', async () => {
    const bytes = ggufOf([]);
    const word = bytes.indexOf('é');
    bytes[word] = 0xff; // no lead byte
    const { metadata } = await openGguf(fileOf(bytes));
    expect(metadata.strings('some.words')?.slice(2)).toEqual(METADATA['some.words'].value.slice(2));
    expect(metadata.strings('some.words')?.[1]).toMatch(/\ufffd/);
  });

  it('of hundreds of thousands of words, longer than what is read at first', async () => {
    const words = Array.from({ length: 200_000 }, (_, i) => `wörd ${i}`);
    const list = { value: words, type: GGUFValueType.ARRAY, subType: GGUFValueType.STRING };
    const { metadata } = await openGguf(
      fileOf(
        ggufOf([], {
          ...METADATA,
          ...METADATA,
          words: list,
          last: uint32(5),
        }),
      ),
    );
    expect(metadata.strings('words')).toEqual(words);
    expect(metadata.number('last')).toBe(5);
  });
});

describe('a long list in place of a hyperparameter', () => {
  it('is refused without a copy of it', async () => {
    const bytes = ggufOf([], {
      ...METADATA,
      'llama.block_count': { value: new Array(70_000).fill(1), type: GGUFValueType.ARRAY, subType: GGUFValueType.UINT16 },
    });
    const { metadata } = await openGguf(fileOf(bytes));
    expect(() => metadata.get('llama.block_count')).toThrow(/a list of 70000 values/);
    expect(metadata.numbers('llama.block_count')).toHaveLength(70_000);
  });
});

describe('versions', () => {
  const withVersion = (version: number) => {
    const bytes = ggufOf([floats('it', [4])]);
    bytes.writeUInt32LE(version, 4);
    return openGguf(fileOf(bytes));
  };
  it('2 is read like 3', async () => {
    expect((await withVersion(2)).names).toEqual(['it']);
  });
  it.each([
    [1, /version 1/],
    [4, /version 4/],
    [0x03000000, /big-endian/],
  ])('%i is refused', async (version, words) => {
    await expect(withVersion(version)).rejects.toSatisfy(refuses('unsupported-model', words));
  });
});

describe('tensors', () => {
  it('have their axes the other way round than the file', async () => {
    const table = floats('experts', [8, 3, 2]);
    const source = await openGguf(fileOf(ggufOf([table])));
    expect(source.shape('experts')).toEqual([2, 3, 8]);
    const all = new Float32Array(table.bytes.buffer);
    expect(await source.read('experts')).toEqual(all);
    expect(await source.read('experts', { start: 2, end: 5 })).toEqual(all.subarray(16, 40));
    expect(await source.blocks('experts')).toBeUndefined();
  });

  it.each(Object.entries(GGML_LAYOUTS))('%s in blocks are the weights that are read, in rows and whole', async (type, layout) => {
    const columns = 512;
    const rows = 9;
    const bytes = randomBlocks(type, (rows * columns) / layout.weights, new Random(3));
    const source = await openGguf(fileOf(ggufOf([{ name: 'it', dims: [columns, 3, 3], type: layout.type, bytes }])));
    const values = await source.read('it');
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const matrix = await source.blocks('it');
    if (!matrix) throw new Error('It is not in blocks.');
    expect([matrix.rows, matrix.columns]).toEqual([rows, columns]);
    const { bits, blockSize } = matrix;
    const form = { bits, blockSize, hasZeroPoints: false, hasOffsets: matrix.offsets !== undefined };
    expect(await source.blockForm('it')).toEqual(form);
    // Offsets are rounded to float32 about the block's middle.
    const distance = weightsOf(matrix).reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] as number))), 0);
    expect(distance / largest).toBeLessThan(2 ** -23);

    const range = { start: 4, end: 7 };
    const part = await source.blocks('it', range);
    const bytesOfRow = matrix.packed.length / rows;
    expect(part?.packed).toEqual(matrix.packed.subarray(4 * bytesOfRow, 7 * bytesOfRow));
    expect(await source.read('it', range)).toEqual(values.subarray(4 * columns, 7 * columns));
    await expect(source.read('it', { start: 0, end: 10 })).rejects.toSatisfy((error) => isPaddockError(error, 'bad-request'));
  });

  it('larger than one read are complete', async () => {
    const table = floats('large', [1024, 3000]);
    const source = await openGguf(fileOf(ggufOf([floats('before', [3]), table])));
    expect(Buffer.compare(Buffer.from((await source.read('large')).buffer), table.bytes)).toBe(0);
  });

  it.each(Object.entries(GGML_LAYOUTS))('%s with a scale that is no number are refused', async (type, layout) => {
    const bytes = randomBlocks(type, 1, new Random(4));
    // NaN as a float16; 255 means NaN in a scale that is an exponent.
    if (layout.halves.length > 0) bytes.set([0x00, 0x7e], layout.halves.at(-1));
    else bytes[0] = 255;
    const source = await openGguf(fileOf(ggufOf([{ name: 'odd', dims: [layout.weights], type: layout.type, bytes }])));
    await expect(source.read('odd')).rejects.toSatisfy(refuses('bad-model', /odd.*not numbers/));
    await expect(source.blocks('odd')).rejects.toSatisfy(refuses('bad-model', /odd.*not numbers/));
  });

  it('of an unsupported type are refused by name only when they are read', async () => {
    const iq1 = { name: 'small', dims: [256], type: 19, bytes: new Uint8Array(50) };
    const source = await openGguf(fileOf(ggufOf([iq1, floats('it', [4])])));
    expect(source.storedAs('small')).toBe('IQ1_S');
    expect(await source.read('it')).toHaveLength(4);
    await expect(source.read('small')).rejects.toSatisfy(refuses('unsupported-model', /small.*IQ1_S.*Q4_K/));
  });

  it('of an unsupported type take no memory, whatever their size', async () => {
    const source = await openGguf(fileOf(ggufOf([{ name: 'vast', dims: [2 ** 40], type: 19, bytes: new Uint8Array(50) }])));
    for (const reading of [source.read('vast'), source.blocks('vast')]) {
      await expect(reading).rejects.toSatisfy(refuses('unsupported-model', /vast/));
    }
  });

  it.each<[string, () => Buffer, RegExp]>([
    [
      'that share their bytes',
      () => withOffset(ggufOf([floats('one', [64]), floats('two', [64])]), 'two', 32n),
      /one.*two.*same place/,
    ],
    ['beyond the end', () => withOffset(ggufOf([floats('one', [64])]), 'one', 2n ** 40n), /one.*cut short/],
    [
      'of one name',
      () =>
        Buffer.from(
          ggufOf([floats('one', [4]), floats('two', [4])])
            .toString('latin1')
            .replace('two', 'one'),
          'latin1',
        ),
      /two tensors "one"/,
    ],
    [
      'of no whole blocks',
      () => ggufOf([{ name: 'it', dims: [33, 32], type: 8, bytes: new Uint8Array(2000) }]),
      /it.*\[32,33\].*blocks of Q8_0/,
    ],
    ['of no size', () => ggufOf([{ name: 'it', dims: [0], type: 0, bytes: new Uint8Array(32) }]), /it/],
  ])('%s are refused', async (_, bytes, words) => {
    await expect(openGguf(fileOf(bytes()))).rejects.toSatisfy(refuses('bad-model', words));
  });
});

/** Writes another offset over the one of a tensor with one dimension. */
function withOffset(bytes: Buffer, name: string, offset: bigint): Buffer {
  bytes.writeBigUInt64LE(offset, bytes.lastIndexOf(name) + name.length + 4 + 8 + 4);
  return bytes;
}

describe('a split file', () => {
  const part = (number: number, count: number, tensor: string) =>
    ggufOf(
      [floats(tensor, [6], number)],
      number === 0 ? { ...METADATA, ...split(0, count) } : { ...onlyCounts(), ...split(number, count) },
    );
  const split = (number: number, count: number) => ({
    'split.no': { value: number, type: GGUFValueType.UINT16 },
    'split.count': { value: count, type: GGUFValueType.UINT16 },
  });
  const onlyCounts = () => ({ version: METADATA.version, tensor_count: METADATA.tensor_count, kv_count: METADATA.kv_count });

  async function withParts(use: (path: (number: number) => string) => Promise<void>): Promise<void> {
    const folder = await temporaryFolder();
    const path = (number: number) => join(folder.path, `tiny-0000${number}-of-00003.gguf`);
    for (const number of [1, 2, 3]) await writeFile(path(number), part(number - 1, 3, `tensor ${number}`));
    await use(path).finally(folder.remove);
  }

  it.each([1, 2, 3])('is opened whole by its part %i', (number) =>
    withParts(async (path) => {
      const source = await openGguf(await openNodeFile(path(number)));
      expect(source.names).toEqual(['tensor 1', 'tensor 2', 'tensor 3']);
      expect(source.files).toHaveLength(3);
      expect(source.metadata.string('general.architecture')).toBe('llama');
      expect(await source.read('tensor 3')).toEqual(fastNormal(6, 1, 2));
      await source.close();
    }),
  );

  it('with a missing part: the error names it', () =>
    withParts(async (path) => {
      await rm(path(2));
      await expect(openGguf(await openNodeFile(path(1)))).rejects.toSatisfy(
        refuses('bad-model', /tiny-00002-of-00003\.gguf is missing/),
      );
    }));

  it('with parts of another model is refused', () =>
    withParts(async (path) => {
      await writeFile(path(2), part(2, 3, 'again'));
      await expect(openGguf(await openNodeFile(path(1)))).rejects.toSatisfy(
        refuses('bad-model', /00002-of-00003\.gguf is not part 2 of 3/),
      );
    }));

  it('under another name: the error says how its parts must be called', async () => {
    await expect(openGguf(fileOf(part(0, 3, 'it'), 'renamed.gguf'))).rejects.toSatisfy(refuses('bad-model', /00001-of-00003/));
  });

  it('with spoiled headers is read or refused', async () => {
    const whole = [1, 2, 3].map((number) => part(number - 1, 3, `tensor ${number}`));
    const name = (number: number) => `tiny-0000${number + 1}-of-00003.gguf`;
    const { opened, refused } = await fuzz(
      6,
      (random) => whole.map((bytes) => (random.below(2) ? spoilBytes(bytes, random) : Uint8Array.from(bytes))),
      async (parts) => {
        const files = new Map(parts.map((bytes, number) => [name(number), bytes]));
        const open = (file: string): ModelFile => {
          const bytes = files.get(file);
          if (!bytes) throw new PaddockError('bad-model', `${file} is missing.`);
          return { ...fileOf(bytes, file), openSibling: async (other) => open(other) };
        };
        const source = await openGguf(open(name(0)));
        for (const tensor of source.names) await source.read(tensor);
      },
    );
    expect(opened).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});
