import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chooseLowering } from '../../engine/generate/lowering.ts';
import type { Lowering } from '../../engine/graph/building.ts';
import { type Checkpoint, expectedShapes, openCheckpoint } from '../../engine/model/checkpoint.ts';
import type { DecoderConfig } from '../../engine/model/config.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { type GgufTypes, writeGguf } from '../support/gguf.ts';
import { type FloatTensor, type Llama, type LlamaShape, randomLlama } from '../support/llama.ts';
import { writeModelFolder } from '../support/modelFolder.ts';
import { plainGraph } from './plainGraph.ts';

/** One model in the three forms that the engines read. */
export interface BenchModel {
  readonly title: string;
  readonly parameters: number;
  /** Hugging Face folder: Paddock. */
  readonly folder: string;
  /** llama.cpp. */
  readonly gguf: string;
  /** Folder with config.json and onnx/model_q4.onnx: transformers.js, and the plain loop. */
  readonly onnx: string;
  readonly shape: LlamaShape;
  /** How Paddock, the plain loop and transformers.js store the matrices, in words. */
  readonly format: string;
}

/** The types that come closest to Paddock's own choice of 4-bit blocks with an 8-bit head and embedding. */
const GGUF_TYPES: GgufTypes = { linear: 'Q4_0', head: 'Q8_0', embedding: 'Q8_0' };

const SHAPE_110M: LlamaShape = {
  vocabulary: 32000,
  hidden: 768,
  layers: 12,
  heads: 12,
  kvHeads: 4,
  headSize: 64,
  feedForward: 2048,
  context: 2048,
  tied: false,
  ropeBase: 10000,
  epsilon: 1e-5,
};

/** Writes the random model of 110 M parameters under `root`. */
export async function random110M(root: string): Promise<BenchModel> {
  const folder = join(root, 'random-110m');
  await writeModelFolder(folder, randomLlama(SHAPE_110M, 41), 'BF16');
  return otherForms(
    'random weights, the 110 M class (12 layers, hidden size 768, 12 heads, 4 KV heads, feed-forward 2048, vocabulary 32 000)',
    folder,
    root,
  );
}

/** The other forms of a model folder, written under `root`. */
export async function otherForms(title: string, folder: string, root: string): Promise<BenchModel> {
  const checkpoint = await openCheckpoint(await openNodeFolder(folder));
  try {
    const model = await readLlama(checkpoint);
    const name = basename(folder);
    const gguf = join(root, `${name}.gguf`);
    const onnx = join(root, `${name}-onnx`);
    await writeGguf(gguf, model, GGUF_TYPES);
    const lowering = chooseLowering('cpu', 'fast');
    await writeOnnxFolder(onnx, folder, model, lowering);
    const { parameters } = checkpoint.weights;
    return { title, parameters, folder, gguf, onnx, shape: model.shape, format: inWords(lowering) };
  } finally {
    await checkpoint.weights.close();
  }
}

async function readLlama({ config, weights }: Checkpoint): Promise<Llama> {
  const tensors = new Map<string, FloatTensor>();
  for (const [name, shape] of expectedShapes(config)) tensors.set(name, { shape, data: await weights.read(name) });
  return { shape: shapeOf(config), tensors };
}

function shapeOf(config: DecoderConfig): LlamaShape {
  return {
    vocabulary: config.vocabularySize,
    hidden: config.hiddenSize,
    layers: config.layers,
    heads: config.heads,
    kvHeads: config.kvHeads,
    headSize: config.headSize,
    feedForward: config.feedForwardSize,
    context: config.contextLength,
    tied: config.tiedEmbeddings,
    ropeBase: config.ropeBase,
    epsilon: config.rmsNormEpsilon,
  };
}

/** Writes the folder that transformers.js reads; configuration and tokenizer are those of `source`. */
export async function writeOnnxFolder(path: string, source: string, model: Llama, lowering: Lowering): Promise<void> {
  await mkdir(join(path, 'onnx'), { recursive: true });
  await writeFile(join(path, 'onnx', 'model_q4.onnx'), plainGraph(model, lowering));
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) await cp(join(source, file), join(path, file));
  // Without an end-of-text token every engine generates as many tokens as it is asked for.
  const { eos_token_id, ...config } = JSON.parse(await readFile(join(source, 'config.json'), 'utf8'));
  await writeFile(join(path, 'config.json'), JSON.stringify(config));
}

function inWords(lowering: Lowering): string {
  const words = (['linear', 'head', 'embedding'] as const).map((role) => {
    const format = lowering[role];
    return `${role} ${format.kind === 'float32' ? 'float32' : `${format.bits} bits in blocks of ${format.blockSize}`}`;
  });
  return words.join(', ');
}
