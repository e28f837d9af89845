import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import type { ModelFile } from '../../../engine/model/files.ts';
import { openSafetensors } from '../../../engine/model/safetensors.ts';
import type { FloatTensor } from '../../support/llama.ts';
import { fastNormal, Random } from '../../support/random.ts';
import { encodeSafetensors, rounded } from '../../support/safetensors.ts';

const tensors = new Map<string, FloatTensor>([
  ['first', { shape: [6, 8], data: fastNormal(48, 1, 1) }],
  ['second', { shape: [5], data: Float32Array.of(0, -0, 2 ** -24, 65504, -1 / 3) }],
]);

describe('openSafetensors', () => {
  it.each(['F32', 'F16', 'BF16'] as const)('reads %s', async (type) => {
    const file = await openSafetensors(inMemory(encodeSafetensors(tensors, type)));
    expect(file.names).toEqual(['first', 'second']);
    expect(file.parameters).toBe(53);
    for (const [name, { shape, data }] of tensors) {
      expect(file.shape(name)).toEqual(shape);
      expect(await file.read(name)).toEqual(rounded(data, type));
    }
  });

  it('reads every float16 that is a number', async () => {
    const isNumber = (bits: number) => (bits & 0x7c00) !== 0x7c00;
    const halves = Uint16Array.from(Array.from({ length: 65536 }, (_, bits) => bits).filter(isNumber));
    const header = JSON.stringify({ all: { dtype: 'F16', shape: [halves.length], data_offsets: [0, halves.byteLength] } });
    const file = await openSafetensors(inMemory(assemble(header, Buffer.from(halves.buffer))));
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
    const opening = openSafetensors(inMemory(assemble(JSON.stringify({ it: entry }), Buffer.alloc(8))));
    await expect(opening).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
  });

  it('says which element type it does not read', async () => {
    const header = JSON.stringify({ it: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } });
    const file = await openSafetensors(inMemory(assemble(header, Buffer.alloc(8))));
    await expect(file.read('it')).rejects.toSatisfy(
      (error) => isPaddockError(error, 'unsupported-model') && /I64/.test(error.message),
    );
  });

  it('reads spoiled files or refuses them with a typed error, and never asks for bytes that are not there', async () => {
    const whole = encodeSafetensors(tensors);
    const random = new Random(31);
    let refused = 0;
    for (let round = 0; round < 3000; round++) {
      const failed = await opens(spoiled(whole, random)).catch((error: unknown) => error);
      if (failed === undefined) continue;
      if (!isPaddockError(failed)) throw failed;
      refused++;
    }
    expect(refused).toBeGreaterThan(1000);
    expect(refused).toBeLessThan(3000);
  });
});

/** Opens the file and reads every tensor. */
async function opens(bytes: Buffer): Promise<void> {
  const file = await openSafetensors(inMemory(bytes));
  for (const name of file.names) await file.read(name);
}

/** A file with a few bytes of its header changed, some of the bytes that matter in JSON, or cut off somewhere. */
function spoiled(whole: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(whole);
  const header = 8 + Number(bytes.readBigUInt64LE());
  if (random.below(5) === 0) return bytes.subarray(0, random.below(bytes.length));
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const drawn = random.below(3) === 0 ? random.below(256) : ('{}[]",:0123456789-.eF'.charCodeAt(random.below(21)) as number);
    bytes[random.below(header)] = drawn;
  }
  return bytes;
}

function assemble(header: string, data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), data]);
}

function inMemory(bytes: Buffer): ModelFile {
  return {
    path: 'memory.safetensors',
    size: bytes.length,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) throw new RangeError(`${offset} + ${length}`);
      return Uint8Array.from(bytes.subarray(offset, offset + length));
    },
    close: async () => {},
  };
}
