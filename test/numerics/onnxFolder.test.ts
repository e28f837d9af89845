import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { openOnnxFolder } from '../../engine/model/onnx/folder.ts';
import { chooseVariant } from '../../engine/model/onnx/variants.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import type { ModelRuntime } from '../../engine/runtime/modelRuntime.ts';
import { OnnxFolderRuntime } from '../../engine/runtime/onnx/onnxFolderRuntime.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { type DecoderOptions, groupQueryDecoder, plainDecoder, TINY_ONNX, tinyConfig } from '../support/onnxDecoder.ts';
import { Random } from '../support/random.ts';
import { argMax, relativeError } from './compare.ts';

const int64 = (values: readonly number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);

/** Continues greedily, one token at a time. */
async function continueGreedily(runtime: ModelRuntime, prompt: readonly number[], count: number): Promise<number[]> {
  const cache = runtime.newCache();
  const tokens: number[] = [];
  for (let ids = prompt; tokens.length < count; ids = tokens.slice(-1)) {
    tokens.push(argMax(await runtime.run({ ids, rows: [ids.length - 1] }, cache)));
  }
  return tokens;
}

const CASES: readonly [string, typeof plainDecoder, Omit<DecoderOptions, 'seed' | 'name'>][] = [
  ['grouped queries, weights in three files', groupQueryDecoder, { parts: 3 }],
  ['grouped queries, with positions', groupQueryDecoder, { positions: true }],
  ['grouped queries, float16 cache and logits', groupQueryDecoder, { halves: true, parts: 1 }],
  ['plain operators', plainDecoder, {}],
  ['plain operators, with positions, weights in two files', plainDecoder, { positions: true, parts: 2 }],
  ['plain operators, number of logits as an input', plainDecoder, { keeps: true }],
];

describe('transformers.js on the same ONNX folder', () => {
  it.each(CASES)('gives the same logits and the same 40 tokens: %s', async (_, decoder, options) => {
    const { path, remove } = await temporaryFolder();
    await decoder({ name: 'onnx/model.onnx', seed: 5, ...options }).write(path);
    const external = options.parts ? { 'transformers.js_config': { use_external_data_format: options.parts } } : {};
    const halves = options.halves
      ? { 'transformers.js_config': { ...external['transformers.js_config'], kv_cache_dtype: 'float16' } }
      : {};
    await writeFile(join(path, 'config.json'), JSON.stringify(tinyConfig('llama', { ...external, ...halves })));
    const prompt = new Random(3).tokens(12, TINY_ONNX.vocabulary);

    const model = await openOnnxFolder(await openNodeFolder(path));
    if (!model) throw new Error('There is no graph.');
    const backend = await loadBackend('cpu', 1);
    const paddock = await OnnxFolderRuntime.create(await model.read(chooseVariant(model.variants, 'cpu')), backend, 1);
    const tokens = await continueGreedily(paddock, prompt, 40);
    const rows = options.keeps ? [11] : [3, 11];
    const logits = await paddock.run({ ids: prompt, rows }, paddock.newCache());
    await paddock.dispose();

    env.allowRemoteModels = false;
    env.localModelPath = dirname(path);
    const peer = await AutoModelForCausalLM.from_pretrained(basename(path), { dtype: 'fp32', device: 'cpu' });
    const inputs = { input_ids: int64(prompt), attention_mask: int64(prompt.map(() => 1)) };
    const output = (await peer({ ...inputs })) as { logits: Tensor };
    const truth = output.logits.to('float32').data as Float32Array;
    const generated = await peer.generate({ ...inputs, max_new_tokens: 40, do_sample: false } as unknown as Parameters<
      typeof peer.generate
    >[0]);
    await peer.dispose();
    await remove();
    const ofRows = rows.flatMap((row) => {
      const at = (truth.length / TINY_ONNX.vocabulary - 12 + row) * TINY_ONNX.vocabulary;
      return [...truth.subarray(at, at + TINY_ONNX.vocabulary)];
    });
    expect(relativeError(logits, ofRows)).toBeLessThan(1e-6);
    expect(Array.from((generated as Tensor).data as BigInt64Array, Number).slice(12)).toEqual(tokens);
    expect(new Set(tokens).size).toBeGreaterThan(3);
  });
});
