import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AutoModelForCausalLM, type Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { loadBackend } from '../../engine/runtime/backend.ts';
import { OnnxFolderRuntime } from '../../engine/runtime/onnx/onnxFolderRuntime.ts';
import { openGraphs } from '../support/engine.ts';
import { logitsOf } from '../support/logitsOf.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { type DecoderOptions, groupQueryDecoder, plainDecoder, tinyConfig } from '../support/onnxDecoder.ts';
import { TINY_ONNX } from '../support/onnxGraphWriter.ts';
import { Random } from '../support/random.ts';
import { generateGreedily, int64, localModel } from '../support/transformersJs.ts';
import { relativeError } from './compare.ts';
import { greedy } from './greedy.ts';

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

    const paddock = await OnnxFolderRuntime.create(await openGraphs(path), await loadBackend('cpu', 1), 1);
    const tokens = await greedy(paddock, prompt, 40);
    const rows = options.keeps ? [11] : [3, 11];
    const logits = await logitsOf(paddock, { ids: prompt, rows }, paddock.newCache());
    await paddock.dispose();

    const peer = await AutoModelForCausalLM.from_pretrained(localModel(path), { dtype: 'fp32', device: 'cpu' });
    const inputs = { input_ids: int64(prompt), attention_mask: int64(prompt.map(() => 1)) };
    const output = (await peer(inputs)) as { logits: Tensor };
    const truth = output.logits.to('float32').data as Float32Array;
    const generated = await generateGreedily(peer, prompt, 40);
    await peer.dispose();
    await remove();
    const ofRows = rows.flatMap((row) => {
      const at = (truth.length / TINY_ONNX.vocabulary - 12 + row) * TINY_ONNX.vocabulary;
      return [...truth.subarray(at, at + TINY_ONNX.vocabulary)];
    });
    expect(relativeError(logits, ofRows)).toBeLessThan(1e-6);
    expect(generated.slice(12)).toEqual(tokens);
    expect(new Set(tokens).size).toBeGreaterThan(3);
  });
});
