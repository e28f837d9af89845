import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import type { ModelFile } from '../../../engine/model/files.ts';
import { openSafetensors } from '../../../engine/model/safetensors.ts';
import { fileOf } from '../../support/fuzz.ts';
import type { FloatTensor } from '../../support/llama.ts';
import { fastNormal } from '../../support/random.ts';
import { encodeSafetensors, rounded, safetensorsFile } from '../../support/safetensors.ts';

const tensors = new Map<string, FloatTensor>([
  ['first', { shape: [6, 8], data: fastNormal(48, 1, 1) }],
  ['second', { shape: [5], data: Float32Array.of(0, -0, 2 ** -24, 65504, -1 / 3) }],
]);

describe('openSafetensors', () => {
  it.each(['F32', 'F16', 'BF16'] as const)('reads %s', async (type) => {
    const file = await openSafetensors(fileOf(encodeSafetensors(tensors, type)));
    expect(file.names).toEqual(['first', 'second']);
    for (const [name, { shape, data }] of tensors) {
      expect(file.shape(name)).toEqual(shape);
      expect(file.storedAs(name)).toBe(type);
      expect(await file.read(name)).toEqual(rounded(data, type));
    }
  });

  it('reads every float16 that is a number', async () => {
    const isNumber = (bits: number) => (bits & 0x7c00) !== 0x7c00;
    const halves = Uint16Array.from(Array.from({ length: 65536 }, (_, bits) => bits).filter(isNumber));
    const header = { all: { dtype: 'F16', shape: [halves.length], data_offsets: [0, halves.byteLength] } };
    const file = await openSafetensors(fileOf(safetensorsFile(header, Buffer.from(halves.buffer))));
    const values = await file.read('all');
    const truth = new Float16Array(halves.buffer);
    for (const [i, value] of values.entries()) expect(value, `bits ${halves[i]}`).toBe(truth[i]);
  });

  it.each([
    ['offsets beyond the end', { dtype: 'F32', shape: [2], data_offsets: [0, 8e12] }],
    ['offsets the wrong way round', { dtype: 'F32', shape: [0], data_offsets: [8, 0] }],
    ['a shape that does not fit', { dtype: 'F32', shape: [3], data_offsets: [0, 8] }],
    ['a negative size', { dtype: 'F32', shape: [-2, -1], data_offsets: [0, 8] }],
    ['no shape', { dtype: 'F32', data_offsets: [0, 8] }],
    ['a number for a type', { dtype: 7, shape: [2], data_offsets: [0, 8] }],
    ['nothing', null],
  ])('refuses an entry with %s', async (_, entry) => {
    const opening = openSafetensors(fileOf(safetensorsFile({ it: entry }, Buffer.alloc(8))));
    await expect(opening).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
  });

  it('says which element type it does not read', async () => {
    const header = { it: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } };
    const file = await openSafetensors(fileOf(safetensorsFile(header, Buffer.alloc(8))));
    await expect(file.read('it')).rejects.toSatisfy(
      (error) => isPaddockError(error, 'unsupported-model') && /I64/.test(error.message),
    );
  });

  it('reads only the rows asked for', async () => {
    const bytes = encodeSafetensors(tensors);
    const read: [number, number][] = [];
    const file = fileOf(bytes);
    const watched: ModelFile = {
      ...file,
      read: (offset, length) => {
        read.push([offset, length]);
        return file.read(offset, length);
      },
    };
    const source = await openSafetensors(watched);
    read.length = 0;
    expect(await source.read('first', { start: 2, end: 4 })).toEqual(tensors.get('first')?.data.subarray(16, 32));
    expect(read.reduce((sum, [, length]) => sum + length, 0)).toBe(64);
    await expect(source.read('first', { start: 2, end: 7 })).rejects.toSatisfy((error) => isPaddockError(error, 'bad-request'));
  });

  it.each([
    ['I32', [-5, 2 ** 31 - 1], Int32Array.of(-5, 2 ** 31 - 1)],
    ['U8', [0, 255], Uint8Array.of(0, 255)],
    ['BOOL', [1, 0], Uint8Array.of(1, 0)],
    ['I64', [-1, 2 ** 40], BigInt64Array.of(-1n, 2n ** 40n)],
  ])('reads %s as whole numbers', async (dtype, values, typed) => {
    const header = { it: { dtype, shape: [values.length], data_offsets: [0, typed.byteLength] } };
    const file = await openSafetensors(fileOf(safetensorsFile(header, Buffer.from(typed.buffer))));
    expect(await file.integers('it')).toEqual(typed);
  });

  it('refuses tensors that share bytes', async () => {
    const entry = (start: number) => ({ dtype: 'F32', shape: [2], data_offsets: [start, start + 8] });
    const opening = openSafetensors(fileOf(safetensorsFile({ one: entry(0), two: entry(4) }, Buffer.alloc(12))));
    await expect(opening).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model') && /one.*two/.test(error.message));
  });
});
