import { writeFile } from 'node:fs/promises';
import { openGgufCheckpoint } from '../../engine/model/checkpoint.ts';
import type { Role } from '../../engine/model/families/family.ts';
import { openGguf } from '../../engine/model/gguf/gguf.ts';
import { openNodeFile } from '../../engine/storage/nodeFolder.ts';
import { GGML_LAYOUTS, randomBlocks } from '../support/ggmlBlocks.ts';
import { ggufName, llamaMetadata } from '../support/gguf.ts';
import { encodeGguf } from '../support/ggufFile.ts';
import { type FloatTensor, type Llama, type LlamaShape, tensorShapes } from '../support/llama.ts';
import { Random } from '../support/random.ts';

const SHAPE: LlamaShape = {
  vocabulary: 288,
  hidden: 256,
  layers: 1,
  heads: 4,
  kvHeads: 2,
  headSize: 64,
  feedForward: 256,
  context: 256,
  tied: false,
  ropeBase: 10000,
  epsilon: 1e-5,
};

/** One block type for each matrix: with and without offsets, of 4 and 8 bits, in blocks of 16 and 32. */
const TYPES: readonly (readonly [part: string, type: string])[] = [
  ['q_proj', 'Q4_K'],
  ['k_proj', 'Q4_1'],
  ['v_proj', 'Q5_0'],
  ['o_proj', 'Q6_K'],
  ['gate_proj', 'Q5_K'],
  ['up_proj', 'Q4_0'],
  ['down_proj', 'Q8_0'],
  ['lm_head', 'Q6_K'],
  ['embed_tokens', 'Q4_K'],
];

const ROLES: Readonly<Record<string, Role>> = {
  q_proj: 'attention.query',
  k_proj: 'attention.key',
  v_proj: 'attention.value',
  o_proj: 'attention.output',
  gate_proj: 'feedForward.gate',
  up_proj: 'feedForward.up',
  down_proj: 'feedForward.down',
  lm_head: 'head',
  embed_tokens: 'embedding',
};

/**
 * Writes a GGUF file whose matrices are random blocks of many types.
 * @returns its model, in float32
 */
export async function writeStoredBlocks(path: string): Promise<Llama> {
  const random = new Random(11);
  const tensors = tensorShapes(SHAPE).map(([name, shape]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const type = typeOf(name);
    const layout = GGML_LAYOUTS[type ?? ''];
    const bytes =
      type && layout
        ? randomBlocks(type, count / layout.weights, random)
        : new Uint8Array(new Float32Array(count).fill(1).buffer);
    return { name: ggufName(name), dims: [...shape].reverse(), type: layout?.type ?? 0, bytes };
  });
  await writeFile(path, encodeGguf(llamaMetadata(SHAPE), tensors));
  return { shape: SHAPE, tensors: await read(path) };
}

async function read(path: string): Promise<Map<string, FloatTensor>> {
  const { weights, source } = await openGgufCheckpoint(await openGguf(await openNodeFile(path)));
  const tensors = new Map<string, FloatTensor>();
  for (const [name, shape] of tensorShapes(SHAPE)) {
    const role = ROLES[partOf(name)];
    const ones = () => new Float32Array(shape[0] as number).fill(1);
    tensors.set(name, { shape, data: role ? await weights.matrix(role).read() : ones() });
  }
  await source.close();
  return tensors;
}

function typeOf(name: string): string | undefined {
  return TYPES.find(([part]) => part === partOf(name))?.[1];
}

function partOf(name: string): string {
  return name.split('.').at(-2) ?? '';
}
