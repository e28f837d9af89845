import { writeFile } from 'node:fs/promises';
import { GGML_LAYOUTS, randomBlocks } from '../support/ggmlBlocks.ts';
import { ggufName, llamaMetadata } from '../support/gguf.ts';
import { encodeGguf, type GgufTensor } from '../support/ggufFile.ts';
import { type LlamaShape, tensorShapes } from '../support/llama.ts';
import { Random } from '../support/random.ts';

/** Number of random blocks of a type. Tensors repeat them, because only their number affects the speed. */
const DRAWN = 4096;

/**
 * Writes a GGUF file in llama.cpp's mixture Q4_K_M: Q4_K, and Q6_K for the head, or the embedding where that is the head, and for the value and down matrices of the first eighth of
 * the layers, the last eighth, and every third layer between. Blocks are random bits with plausible scales.
 */
export async function writeMixedGguf(path: string, shape: LlamaShape): Promise<void> {
  const random = new Random(47);
  const drawn = new Map(['Q4_K', 'Q6_K'].map((type) => [type, randomBlocks(type, DRAWN, random)]));
  const tensors = tensorShapes(shape).map(([name, dims], i): GgufTensor => {
    const numbers = { name: ggufName(name), dims: [...dims].reverse() };
    const size = dims.reduce((product, dim) => product * dim, 1);
    if (dims.length === 1) return { ...numbers, type: 0, bytes: new Uint8Array(new Float32Array(size).fill(1).buffer) };
    const type = isFiner(name, shape) ? 'Q6_K' : 'Q4_K';
    const layout = GGML_LAYOUTS[type];
    const blocks = drawn.get(type);
    if (!layout || !blocks) throw new Error(`No blocks of ${type}.`);
    const bytes = repeat(turned(blocks, i * layout.bytes), (size / layout.weights) * layout.bytes);
    return { ...numbers, type: layout.type, bytes };
  });
  await writeFile(path, encodeGguf(llamaMetadata(shape), tensors));
}

function isFiner(name: string, { layers, tied }: LlamaShape): boolean {
  if (name === (tied ? 'model.embed_tokens.weight' : 'lm_head.weight')) return true;
  if (!/v_proj|down_proj/.test(name)) return false;
  const layer = Number(/layers\.(\d+)/.exec(name)?.[1]);
  const eighth = Math.floor(layers / 8);
  return layer < eighth || layer >= layers - eighth || (layer - eighth) % 3 === 2;
}

/** Each tensor begins with another block: of equal ones onnxruntime keeps only one in memory. */
function turned(bytes: Uint8Array, by: number): Uint8Array {
  return Buffer.concat([bytes.subarray(by), bytes.subarray(0, by)]);
}

function repeat(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += bytes.length) out.set(bytes.subarray(0, Math.min(bytes.length, length - at)), at);
  return out;
}
