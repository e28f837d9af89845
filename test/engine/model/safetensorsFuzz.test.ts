import { expect, it } from 'vitest';
import { Fields } from '../../../engine/model/fields.ts';
import type { ModelFolder } from '../../../engine/model/files.ts';
import { openSafetensors } from '../../../engine/model/safetensors.ts';
import { openSafetensorsFolder } from '../../../engine/model/safetensorsFolder.ts';
import { FUZZ_CASES, fileOf, fuzz, spoilBytes, spoilJson } from '../../support/fuzz.ts';
import type { FloatTensor } from '../../support/llama.ts';
import { memoryFolder } from '../../support/memoryFolder.ts';
import { gptqFile } from '../../support/packedWeights.ts';
import { fastNormal, type Random } from '../../support/random.ts';
import { encodeSafetensors, safetensorsFile } from '../../support/safetensors.ts';

const tensors = new Map<string, FloatTensor>([
  ['first', { shape: [6, 8], data: fastNormal(48, 1, 1) }],
  ['second', { shape: [5], data: fastNormal(5, 1, 2) }],
  ['third', { shape: [2, 3, 4], data: fastNormal(24, 1, 3) }],
]);

const whole = encodeSafetensors(tensors, 'F16');
const headerEnd = 8 + Number(whole.readBigUInt64LE());

async function readAll(bytes: Uint8Array): Promise<void> {
  const file = await openSafetensors(fileOf(bytes));
  for (const name of file.names) await file.read(name);
}

it('a safetensors file with spoiled bytes is read or refused', async () => {
  const result = await fuzz(11, (random) => spoilBytes(whole, random, headerEnd), readAll);
  expect(result.refused).toBeGreaterThan(FUZZ_CASES / 2);
});

it('a safetensors file with a spoiled header is read or refused', async () => {
  const header: unknown = JSON.parse(whole.subarray(8, headerEnd).toString());
  const spoil = (random: Random) => safetensorsFile(spoilJson(header, random), whole.subarray(headerEnd));
  const result = await fuzz(12, spoil, readAll);
  expect(result.refused).toBeGreaterThan(FUZZ_CASES / 3);
  expect(result.opened).toBeGreaterThan(0);
});

it('an index with spoiled entries is read or refused, and never leads out of the folder', async () => {
  const index = {
    metadata: { total_size: 154 },
    weight_map: { first: 'a.safetensors', second: 'a.safetensors', third: 'a.safetensors' },
  };
  const use = async (json: string) => {
    const source = await openSafetensorsFolder(folderOf({ 'model.safetensors.index.json': json, 'a.safetensors': whole }));
    for (const name of source.names) await source.read(name);
  };
  const result = await fuzz(13, (random) => JSON.stringify(spoilJson(index, random) ?? null), use);
  expect(result.refused).toBeGreaterThan(FUZZ_CASES / 3);
  expect(result.opened).toBeGreaterThan(0);
});

it('packed weights with a spoiled header or configuration are read or refused', async () => {
  const packed = gptqFile({ rows: 16, columns: 64, groupSize: 32, seed: 5 });
  const end = 8 + Number(packed.file.readBigUInt64LE());
  const header: unknown = JSON.parse(packed.file.subarray(8, end).toString());
  const spoil = (random: Random) => ({
    bytes: random.below(2) ? safetensorsFile(spoilJson(header, random), packed.file.subarray(end)) : packed.file,
    config: random.below(2) ? spoilJson(packed.config, random) : packed.config,
  });
  const result = await fuzz(14, spoil, async ({ bytes, config }) => {
    const fields = new Fields({ it: config }, 'config.json').inner('it');
    const source = await openSafetensorsFolder(folderOf({ 'model.safetensors': bytes }), fields);
    for (const name of source.names) {
      await source.read(name);
      await source.blocks(name, { start: 0, end: 1 });
    }
  });
  expect(result.refused).toBeGreaterThan(FUZZ_CASES / 4);
  expect(result.opened).toBeGreaterThan(0);
});

/** A folder that throws for a name that would lead out of a real one: the reader must not ask for it. */
function folderOf(files: Readonly<Record<string, unknown>>): ModelFolder {
  const folder = memoryFolder(files);
  return {
    ...folder,
    async openFile(name) {
      if (/[/\\]|\.\./.test(name)) throw new RangeError(name);
      return folder.openFile(name);
    },
  };
}
