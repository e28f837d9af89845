import { cp, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lowering } from '../../engine/graph/building.ts';
import { WeightWriter } from '../../engine/graph/linear.ts';
import { DataType, OnnxGraph, type Value } from '../../engine/graph/onnx.ts';
import { type Norm, Operators } from '../../engine/graph/operators.ts';
import { WeightPlan } from '../../engine/graph/weightPlan.ts';
import type { Checkpoint } from '../../engine/model/checkpoint.ts';
import type { DecoderConfig } from '../../engine/model/config.ts';
import type { Role } from '../../engine/model/families/family.ts';

const CONTRIB = { domain: 'com.microsoft' } as const;

/** Writes the folder that transformers.js reads, with the configuration and tokenizer of `source`. */
export async function writePlainFolder(path: string, source: string, checkpoint: Checkpoint, lowering: Lowering): Promise<void> {
  await mkdir(join(path, 'onnx'), { recursive: true });
  const { model, weights } = await plainGraph(checkpoint, lowering);
  await writeFile(join(path, 'onnx', 'model_q4.onnx'), model);
  const file = await open(join(path, 'onnx', weights.location), 'w');
  try {
    await weights.write({ write: async (offset, bytes) => void (await file.write(bytes, 0, bytes.length, offset)) });
    await file.truncate(weights.bytes);
  } finally {
    await file.close();
  }
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) await cp(join(source, name), join(path, name));
  // Without an end-of-text token every engine generates the requested number of tokens.
  const { eos_token_id, ...config } = JSON.parse(await readFile(join(source, 'config.json'), 'utf8'));
  await writeFile(join(path, 'config.json'), JSON.stringify(config));
}

/**
 * The decoder as exporters commonly write it, in the layout that transformers.js reads: GroupQueryAttention with rotary positions inside,
 * a product for each matrix, and a cache that grows by a copy at each step. Weights are rounded as Paddock rounds them.
 *
 * Inputs `input_ids` and `attention_mask` int64 `[1, …]`, `past_key_values.i.key|value` `[1, KV heads, T, head size]`;
 * outputs `logits` `[1, 1, vocabulary]` of the last position, `present.i.key|value` `[1, KV heads, T + S, head size]`.
 */
async function plainGraph(
  { config, weights }: Checkpoint,
  lowering: Lowering,
): Promise<{ model: Uint8Array; weights: WeightPlan }> {
  const graph = new OnnxGraph();
  const op = new Operators(graph);
  const plan = new WeightPlan();
  const writer = new WeightWriter(op, plan, lowering.accuracy);
  const ids = graph.input('input_ids', DataType.int64, [1, 'tokens']);
  const lengths = maskLengths(op, graph.input('attention_mask', DataType.int64, [1, 'total']));
  const rotary = rotaryCaches(graph, config);

  const norm = async (x: Value, role: Role, layer = 0) => {
    const weight = writer.vector(`${role}.${layer}`, await weights.norm(role, layer));
    return op.norm(x, { ...config.norm, weight } satisfies Norm);
  };
  const linear = async (x: Value, role: Role, layer = 0, format = lowering.linear) => {
    const [product] = await writer.linears(`${role}.${layer}`, x, [weights.matrix(role, layer)], format);
    return product as Value;
  };
  let x = await writer.embedding('embedding', ids, weights.matrix('embedding'), lowering.embedding);
  for (let layer = 0; layer < config.layers; layer++) {
    const normed = await norm(x, 'attention.norm', layer);
    const q = await linear(normed, 'attention.query', layer);
    const k = await linear(normed, 'attention.key', layer);
    const v = await linear(normed, 'attention.value', layer);
    const attended = attention(graph, config, layer, [q, k, v], [...lengths, ...rotary]);
    x = op.add(x, await linear(attended, 'attention.output', layer));
    const fed = await norm(x, 'feedForward.norm', layer);
    const gate = op.activate(await linear(fed, 'feedForward.gate', layer), 'silu');
    const up = await linear(fed, 'feedForward.up', layer);
    x = op.add(x, await linear(op.multiply(gate, up), 'feedForward.down', layer));
  }
  const last = graph.node('Gather', [await norm(x, 'norm'), op.int64([-1])], { attributes: { axis: 1 } });
  const logits = await linear(last, config.tiedEmbeddings ? 'embedding' : 'head', 0, lowering.head);
  graph.output(logits, 'logits', DataType.float32, [1, 1, config.vocabularySize]);
  return { model: graph.encode(), weights: plan };
}

function attention(
  graph: OnnxGraph,
  config: DecoderConfig,
  layer: number,
  projected: readonly [Value, Value, Value],
  positions: readonly Value[],
): Value {
  const { heads, kvHeads, headSize } = config;
  const name = (kind: string) => `past_key_values.${layer}.${kind}`;
  const past = ['key', 'value'].map((kind) => graph.input(name(kind), DataType.float32, [1, kvHeads, 'past', headSize]));
  const [attended, key, value] = graph.nodes('GroupQueryAttention', [...projected, ...past, ...positions], {
    ...CONTRIB,
    attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1 },
    outputs: 3,
  }) as [Value, Value, Value];
  graph.output(key, `present.${layer}.key`, DataType.float32, [1, kvHeads, 'total', headSize]);
  graph.output(value, `present.${layer}.value`, DataType.float32, [1, kvHeads, 'total', headSize]);
  return attended;
}

/** GroupQueryAttention's seqlens_k (valid length − 1, int32 `[1]`) and total length (int32 scalar), from the mask. */
function maskLengths(op: Operators, mask: Value): [seqlens: Value, total: Value] {
  const { graph } = op;
  const toInt32 = (x: Value) => graph.node('Cast', [x], { attributes: { to: DataType.int32 } });
  const sum = graph.node('ReduceSum', [mask, op.int64([1])], { attributes: { keepdims: 0 } });
  const seqlens = toInt32(graph.node('Sub', [sum, op.int64([1])]));
  return [seqlens, toInt32(graph.node('Gather', [graph.node('Shape', [mask]), op.int64Scalar(1)]))];
}

function rotaryCaches(graph: OnnxGraph, { contextLength, headSize, positions }: DecoderConfig): [cos: Value, sin: Value] {
  if (positions.kind !== 'rotary') throw new Error('This graph is made for rotary positions.');
  const half = headSize / 2;
  const angles = Float64Array.from({ length: contextLength * half }, (_, at) => {
    return Math.floor(at / half) * positions.base ** ((-2 * (at % half)) / headSize);
  });
  return [
    graph.initializer('cos', DataType.float32, [contextLength, half], Float32Array.from(angles, Math.cos)),
    graph.initializer('sin', DataType.float32, [contextLength, half], Float32Array.from(angles, Math.sin)),
  ];
}
