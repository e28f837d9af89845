import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openGguf } from '../../engine/model/gguf/gguf.ts';
import { openNodeFile } from '../../engine/storage/nodeFolder.ts';
import { FLOAT_LAYOUTS, GGML_LAYOUTS, randomBlocks } from '../support/ggmlBlocks.ts';
import { ggufName, llamaMetadata } from '../support/gguf.ts';
import { encodeGguf } from '../support/ggufFile.ts';
import { type LlamaShape, tensorShapes } from '../support/llama.ts';
import { LlamaCppModel } from '../support/llamaCpp.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { fastNormal, Random } from '../support/random.ts';
import { type ElementType, encodeElements } from '../support/safetensors.ts';
import { relativeError } from './compare.ts';

/** With an ε of 1 under the root, the norm keeps the magnitude of a row visible in the logits. */
const SHAPE: LlamaShape = {
  vocabulary: 288,
  hidden: 256,
  layers: 1,
  heads: 4,
  kvHeads: 4,
  headSize: 64,
  feedForward: 256,
  context: 64,
  tied: false,
  ropeBase: 10000,
  epsilon: 1,
};

/**
 * llama.cpp decodes a token's embedding with its own dequantiser. All other matrices are zero except the head, which is the identity, so
 * the logits are the normed row; our reader must give the same for the same bytes.
 */
describe('the embedding of a token that llama.cpp looks up', () => {
  it.each([...Object.keys(FLOAT_LAYOUTS), ...Object.keys(GGML_LAYOUTS)])('in %s is the row we read', async (type) => {
    const folder = await temporaryFolder();
    const path = join(folder.path, 'model.gguf');
    await writeFile(path, tableModel(type));
    const peer = await LlamaCppModel.open(path, SHAPE.context);
    const source = await openGguf(await openNodeFile(path));
    expect(source.storedAs('token_embd.weight')).toBe(type);
    const found: number[] = [];
    const truth: number[] = [];
    for (const token of [0, 1, 17, 100, 255, 256, 287]) {
      const row = await source.read('token_embd.weight', { start: token, end: token + 1 });
      found.push(...normed(row));
      truth.push(...(await peer.logits([token])).subarray(0, SHAPE.hidden));
    }
    expect(relativeError(found, truth)).toBeLessThan(1e-6);
    await source.close();
    await peer.dispose();
    await folder.remove();
  });
});

function normed(row: Float32Array): number[] {
  const square = row.reduce((sum, value) => sum + value * value, 0) / row.length;
  return Array.from(row, (value) => value / Math.sqrt(square + SHAPE.epsilon));
}

function tableModel(type: string): Buffer {
  const tensors = tensorShapes(SHAPE).map(([name, shape]) => {
    const dims = [...shape].reverse();
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (shape.length === 1) values.fill(1);
    if (name === 'lm_head.weight') for (let j = 0; j < SHAPE.hidden; j++) values[j * SHAPE.hidden + j] = 1;
    const isTable = name === 'model.embed_tokens.weight';
    const bytes = isTable ? tableOf(type, values.length) : new Uint8Array(values.buffer);
    const stored = isTable ? type : 'F32';
    return { name: ggufName(name), dims, type: (FLOAT_LAYOUTS[stored] ?? GGML_LAYOUTS[stored])?.type ?? -1, bytes };
  });
  return encodeGguf(llamaMetadata(SHAPE), tensors);
}

function tableOf(type: string, weights: number): Uint8Array {
  if (type in FLOAT_LAYOUTS) return encodeElements(fastNormal(weights, 1, 5), type as ElementType);
  return randomBlocks(type, weights / (GGML_LAYOUTS[type]?.weights ?? 1), new Random(7));
}
