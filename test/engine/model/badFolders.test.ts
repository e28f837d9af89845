import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ErrorCode, isPaddockError } from '../../../engine/errors.ts';
import { openFolder } from '../../support/engine.ts';
import { type FloatTensor, type LlamaShape, randomLlama, TINY_SHAPES } from '../../support/llama.ts';
import { writeModelFolder } from '../../support/modelFolder.ts';
import { encodeSafetensors } from '../../support/safetensors.ts';
import { folderForEach } from '../../support/testFolders.ts';

const shape: LlamaShape = { ...TINY_SHAPES['MHA, head size 16'], layers: 1 };
const llama = randomLlama(shape, 29);

describe('a model folder that cannot be opened', () => {
  const folder = folderForEach();
  let path: string;

  beforeEach(async () => {
    path = join(folder.path, 'model');
    await writeModelFolder(path, llama);
  });

  const weights = () => join(path, 'model.safetensors');
  const editConfig = async (changes: object) => {
    const file = join(path, 'config.json');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...changes }));
  };
  const withTensors = (change: (tensors: Map<string, FloatTensor>) => void) => {
    const tensors = new Map(llama.tensors);
    change(tensors);
    return writeFile(weights(), encodeSafetensors(tensors));
  };
  const setLength = async (length: bigint) => {
    const bytes = await readFile(weights());
    bytes.writeBigUInt64LE(length);
    await writeFile(weights(), bytes);
  };

  const faults: [what: string, spoil: () => Promise<unknown>, code: ErrorCode, words: readonly string[]][] = [
    ['is missing', () => rm(path, { recursive: true }), 'model-not-found', ['model']],
    [
      'is a file',
      async () => {
        await rm(path, { recursive: true });
        await writeFile(path, 'x');
      },
      'bad-model',
      ['GGUF'],
    ],
    [
      'is empty',
      async () => {
        await rm(path, { recursive: true });
        await mkdir(path);
      },
      'bad-model',
      ['config.json', 'missing'],
    ],
    ['has no weights', () => rm(weights()), 'bad-model', ['model.safetensors', 'missing']],
    ['has no tokenizer', () => rm(join(path, 'tokenizer.json')), 'bad-model', ['tokenizer.json', 'Copy']],
    ['has a broken config', () => writeFile(join(path, 'config.json'), '{"model_type": "llama",'), 'bad-model', ['config.json']],
    ['has a list for a config', () => writeFile(join(path, 'config.json'), '[]'), 'bad-model', ['config.json']],
    ['has a broken tokenizer', () => writeFile(join(path, 'tokenizer.json'), 'nothing'), 'bad-model', ['tokenizer.json']],
    ['has an empty tokenizer', () => writeFile(join(path, 'tokenizer.json'), '{}'), 'bad-model', ['tokenizer.json']],
    ['is of another family', () => editConfig({ model_type: 'bert' }), 'unsupported-model', ['config.json', 'bert', 'Llama']],
    [
      'scales its positions',
      () => editConfig({ rope_scaling: { rope_type: 'spiral', factor: 2 } }),
      'unsupported-model',
      ['spiral'],
    ],
    ['lacks a size', () => editConfig({ hidden_size: null }), 'bad-model', ['config.json', 'hidden_size']],
    ['has half a layer', () => editConfig({ num_hidden_layers: 1.5 }), 'bad-model', ['config.json', 'num_hidden_layers']],
    ['cannot share its heads', () => editConfig({ num_key_value_heads: 3 }), 'bad-model', ['config.json']],
    ['has weights cut short', () => truncate(weights(), 20_000), 'bad-model', ['model.safetensors', 'cut short']],
    ['has weights of four bytes', () => truncate(weights(), 4), 'bad-model', ['model.safetensors']],
    ['has no bytes of weights', () => truncate(weights(), 0), 'bad-model', ['model.safetensors']],
    ['has an absurd header length', () => setLength(2n ** 63n), 'bad-model', ['model.safetensors']],
    ['has a header of no length', () => setLength(0n), 'bad-model', ['model.safetensors']],
    [
      'has weights that are a web page',
      () => writeFile(weights(), '<!DOCTYPE html>'.repeat(99)),
      'bad-model',
      ['model.safetensors'],
    ],
    [
      'lacks a tensor',
      () => withTensors((tensors) => tensors.delete('model.layers.0.mlp.up_proj.weight')),
      'bad-model',
      ['model.safetensors', 'model.layers.0.mlp.up_proj.weight'],
    ],
    [
      'has weights that are not numbers',
      () =>
        withTensors((tensors) => {
          const { shape, data } = tensors.get('model.layers.0.self_attn.q_proj.weight') as FloatTensor;
          tensors.set('model.layers.0.self_attn.q_proj.weight', { shape, data: new Float32Array(data.length).fill(Number.NaN) });
        }),
      'bad-model',
      ['model.safetensors', 'q_proj'],
    ],
    ['is of other sizes', () => editConfig({ intermediate_size: 128 }), 'bad-model', ['mlp', 'configuration']],
    ['has fewer layers than it says', () => editConfig({ num_hidden_layers: 2 }), 'bad-model', ['model.layers.1']],
  ];

  it.each(faults)('%s', async (_, spoil, code, words) => {
    await spoil();
    const error: unknown = await openFolder(path).then(
      () => undefined,
      (reason) => reason,
    );
    if (!isPaddockError(error)) throw error ?? new Error('The folder was opened.');
    expect(error.code).toBe(code);
    for (const word of words) expect(error.message).toContain(word);
    expect(error.message).toContain(path);
    expect(error.message).toMatch(/[.?]$/); // a sentence
  });

  it('gives an error, unlike the same folder undamaged', async () => {
    await (await openFolder(path)).dispose();
  });
});
