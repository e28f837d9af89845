import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { Fields } from '../../../engine/model/fields.ts';
import { openSafetensorsFolder } from '../../../engine/model/safetensorsFolder.ts';
import { openNodeFolder } from '../../../engine/storage/nodeFolder.ts';
import { awqFile, gptqFile } from '../../support/packedWeights.ts';
import { folderForEach } from '../../support/testFolders.ts';

const OPTIONS = { rows: 16, columns: 64, groupSize: 32, seed: 21 };
const folder = folderForEach();

async function open(quantization?: Record<string, unknown>) {
  const fields = quantization && new Fields(quantization, 'config.json');
  return openSafetensorsFolder(await openNodeFolder(folder.path), fields);
}

/** As float32, with −0 as 0. */
const rounded = (values: ArrayLike<number>) => Float32Array.from(values, (value) => value + 0);

it('unpacks what config.json says is packed', async () => {
  const { file, config, weights } = gptqFile(OPTIONS);
  await writeFile(join(folder.path, 'model.safetensors'), file);
  const source = await open(config);
  expect(rounded(await source.read('layer.weight'))).toEqual(rounded(weights));
  await source.close();
});

it.each([
  ['quantize_config.json', gptqFile(OPTIONS), { bits: 4, group_size: 32, desc_act: false, sym: false }],
  ['quant_config.json', awqFile(OPTIONS), { zero_point: true, q_group_size: 32, w_bit: 4, version: 'GEMM' }],
])('unpacks what %s says is packed', async (name, { file, weights }, config) => {
  await writeFile(join(folder.path, 'model.safetensors'), file);
  await writeFile(join(folder.path, name), JSON.stringify(config));
  const source = await open();
  expect(rounded(await source.read('layer.weight'))).toEqual(rounded(weights));
  await source.close();
});

it.each(['pytorch_model.bin', 'pytorch_model.bin.index.json'])('says of a folder with %s what it lacks', async (name) => {
  await writeFile(join(folder.path, name), '{}');
  await expect(open()).rejects.toSatisfy(
    (error) => isPaddockError(error, 'unsupported-model') && /PyTorch.*safetensors or GGUF/.test(error.message),
  );
});

it('refuses packed weights when nothing says how they were packed', async () => {
  await writeFile(join(folder.path, 'model.safetensors'), gptqFile(OPTIONS).file);
  await expect(open()).rejects.toSatisfy((error) => isPaddockError(error, 'unsupported-model'));
});
