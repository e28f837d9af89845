import { join } from 'node:path';
import { chooseLowering } from '../../engine/generate/lowering.ts';
import { openFolderCheckpoint } from '../../engine/model/checkpoint.ts';
import { Fields } from '../../engine/model/fields.ts';
import { readJson } from '../../engine/model/json.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { type GgufTypes, writeGguf } from '../support/gguf.ts';
import { LLAMA_110M, type LlamaShape, randomLlama } from '../support/llama.ts';
import { writeModelFolder } from '../support/modelFolder.ts';
import { readLlama } from '../support/readLlama.ts';
import { writeMixedGguf } from './mixedGguf.ts';
import { writePlainFolder } from './plainGraph.ts';

/** A model as llama.cpp reads it. */
export interface GgufModel {
  readonly title: string;
  readonly shape: LlamaShape;
  /** GGUF files by format. */
  readonly gguf: Readonly<Record<string, string>>;
}

/** One model in all forms that the engines read. */
export interface BenchModel extends GgufModel {
  /** Hugging Face folder. */
  readonly folder: string;
  /** Folder with config.json and onnx/model_q4.onnx: transformers.js, and the plain loop. */
  readonly onnx: string;
}

/** The types closest to Paddock's own formats: 4-bit blocks with an 8-bit head and embedding. */
const Q4_0: GgufTypes = { linear: 'Q4_0', head: 'Q8_0', embedding: 'Q8_0' };
const Q8_0: GgufTypes = { linear: 'Q8_0', head: 'Q8_0', embedding: 'Q8_0' };

/** With no larger context than is measured. */
const SHAPE_110M: LlamaShape = { ...LLAMA_110M, context: 4096 + 256 };

/** Writes the random model of 110 M parameters under `root`. */
export async function random110M(root: string): Promise<BenchModel> {
  const folder = join(root, 'random');
  const gguf = { Q4_0: `${folder}-Q4_0.gguf`, Q4_K: `${folder}-Q4_K.gguf`, Q8_0: `${folder}-Q8_0.gguf` };
  const model = randomLlama(SHAPE_110M, 41);
  await writeModelFolder(folder, model, 'BF16');
  await writeGguf(gguf.Q4_0, model, Q4_0);
  await writeGguf(gguf.Q8_0, model, Q8_0);
  await writeMixedGguf(gguf.Q4_K, SHAPE_110M);
  const title =
    'random weights, the 110 M class (12 layers, hidden size 768, 12 heads, 4 KV heads, feed-forward 2048, vocabulary 32 000)';
  return { title, shape: SHAPE_110M, folder, gguf, onnx: await writeOnnxFolder(`${folder}-onnx`, folder) };
}

/** The sizes of Qwen2.5-Coder 1.5B (arXiv 2409.12186, table 1), with no larger context than is measured. */
const SHAPE_1500M: LlamaShape = {
  ...{ vocabulary: 151_936, hidden: 1536, layers: 28, heads: 12, kvHeads: 2, headSize: 128, feedForward: 8960 },
  ...{ context: 2048, tied: true, ropeBase: 1e6, epsilon: 1e-6 },
};

/** Writes a model of 1.5 billion random parameters under `root`. */
export async function random1500M(root: string): Promise<GgufModel> {
  const gguf = { Q4_K: join(root, 'large-Q4_K.gguf') };
  await writeMixedGguf(gguf.Q4_K, SHAPE_1500M);
  const title =
    'the 1.5 B class (28 layers, hidden size 1536, 12 heads, 2 KV heads of size 128, feed-forward 8960, vocabulary 151 936)';
  return { title, shape: SHAPE_1500M, gguf };
}

/** A model folder, with its other forms written under `root`. */
export async function ofFolder(title: string, folder: string, root: string): Promise<BenchModel> {
  const gguf = { Q4_0: join(root, 'folder-Q4_0.gguf') };
  const model = await readLlama(folder);
  await writeGguf(gguf.Q4_0, model, Q4_0);
  return { title, shape: model.shape, folder, gguf, onnx: await writeOnnxFolder(join(root, 'folder-onnx'), folder) };
}

/** Writes the folder that transformers.js reads for the model in `source`. */
export async function writeOnnxFolder(path: string, source: string, lowering = chooseLowering('cpu', 'fast')): Promise<string> {
  const folder = await openNodeFolder(source);
  const checkpoint = await openFolderCheckpoint(folder, new Fields(await readJson(folder, 'config.json'), source));
  try {
    await writePlainFolder(path, source, checkpoint, lowering);
  } finally {
    await checkpoint.source.close();
  }
  return path;
}
