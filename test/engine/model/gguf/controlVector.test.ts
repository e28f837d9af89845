import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gguf } from '@huggingface/gguf';
import { expect, it } from 'vitest';
import { type ControlVector, readControlVector } from '../../../../engine/model/gguf/controlVector.ts';
import { encodeControlVector } from '../../../../engine/model/gguf/encodeControlVector.ts';
import { FUZZ_CASES, fileOf, fuzz, spoilBytes } from '../../../support/fuzz.ts';
import { GgmlType } from '../../../support/ggml.ts';
import { encodeGguf, type GgufTensor, type GgufValues, ggufMetadata } from '../../../support/ggufFile.ts';
import { fastNormal } from '../../../support/random.ts';
import { folderForAll } from '../../../support/testFolders.ts';

const folder = folderForAll();

const vector: ControlVector = {
  name: 'Weigern – 拒绝',
  model: 'llama',
  hiddenSize: 10,
  layers: 6,
  directions: new Map([
    [2, fastNormal(10, 1, 1)],
    [5, fastNormal(10, 1, 2)],
  ]),
  figures: { position: -1, induced: 2.5 },
};

it('a file that was written is read with the same directions', async () => {
  expect(await readControlVector(fileOf(encodeControlVector(vector)))).toEqual(vector);
  const bare: ControlVector = { hiddenSize: 3, directions: new Map([[1, Float32Array.of(1, 2, 3)]]) };
  expect(await readControlVector(fileOf(encodeControlVector(bare)))).toEqual(bare);
});

it("llama.cpp's own names and shapes are in the file, as another reader sees it", async () => {
  const path = join(folder.path, 'vector.gguf');
  await writeFile(path, encodeControlVector(vector));
  const { metadata, tensorInfos } = await gguf(path, { allowLocalFile: true });
  expect(metadata).toMatchObject({
    'general.architecture': 'controlvector',
    'controlvector.model_hint': 'llama',
    'controlvector.layer_count': 2,
  });
  expect(tensorInfos.map(({ name, shape, dtype }) => [name, shape, dtype])).toEqual([
    ['direction.2', [10n], GgmlType.F32],
    ['direction.5', [10n], GgmlType.F32],
  ]);
});

it('reads files as llama.cpp writes them', async () => {
  const values = { 'general.architecture': 'controlvector', 'controlvector.model_hint': 'llama', 'controlvector.layer_count': 2 };
  const read = await readControlVector(fileOf(foreign(values, { 'direction.1': [1, 2], 'direction.2': [3, 4] })));
  expect(read).toEqual({
    model: 'llama',
    hiddenSize: 2,
    directions: new Map([
      [1, Float32Array.of(1, 2)],
      [2, Float32Array.of(3, 4)],
    ]),
  });
});

it.each<[string, GgufValues, Record<string, number[]>, RegExp]>([
  ['a model', { 'general.architecture': 'llama' }, { 'direction.1': [1] }, /of the kind "llama"/],
  ['nothing that says what it is', {}, { 'direction.1': [1] }, /does not say what it is/],
  ['no direction', { 'general.architecture': 'controlvector' }, {}, /no tensor/],
  ['a direction behind the first layer', { 'general.architecture': 'controlvector' }, { 'direction.0': [1] }, /"direction.0"/],
  ['other tensors', { 'general.architecture': 'controlvector' }, { 'direction.1': [1], weight: [1] }, /"weight"/],
  [
    'sizes that differ',
    { 'general.architecture': 'controlvector' },
    { 'direction.1': [1], 'direction.2': [1, 2] },
    /of 2 numbers/,
  ],
  ['values that are no numbers', { 'general.architecture': 'controlvector' }, { 'direction.1': [Number.NaN] }, /not numbers/],
])('a file with %s is refused', async (_, values, tensors, reason) => {
  const reading = readControlVector(fileOf(foreign(values, tensors)));
  await expect(reading).rejects.toThrow(reason);
  await expect(reading).rejects.toMatchObject({ code: 'bad-model' });
});

it('a direction after the first layer is not written', () => {
  const directions = new Map([[0, Float32Array.of(1)]]);
  expect(() => encodeControlVector({ hiddenSize: 1, directions })).toThrow(/cannot be saved/);
});

it('a file with spoiled bytes is read or refused', async () => {
  const whole = Buffer.from(encodeControlVector(vector));
  const result = await fuzz(
    71,
    (random) => spoilBytes(whole, random, whole.length - 96),
    (bytes) => readControlVector(fileOf(bytes)),
  );
  expect(result.refused).toBeGreaterThan(FUZZ_CASES / 4);
});

function foreign(values: GgufValues, tensors: Readonly<Record<string, readonly number[]>>): Buffer {
  const stored = Object.entries(tensors).map(([name, numbers]): GgufTensor => {
    const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
    return { name, dims: [numbers.length], type: GgmlType.F32, bytes };
  });
  return encodeGguf(ggufMetadata(values), stored);
}
