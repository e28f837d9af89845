import type { Lowering } from '../../engine/graph/building.ts';
import { DataType, OnnxGraph, type Value } from '../../engine/graph/onnx.ts';
import { Operators } from '../../engine/graph/operators.ts';
import { type Llama, type LlamaShape, tensor } from '../support/llama.ts';

const CONTRIB = { domain: 'com.microsoft' } as const;

/**
 * The decoder as exporters commonly write it, in the layout that transformers.js reads: GroupQueryAttention with rotary positions inside,
 * a product for each matrix, and a cache that grows by a copy at each step. Weights are rounded as Paddock rounds them.
 *
 * Inputs `input_ids` and `attention_mask` int64 `[1, …]`, `past_key_values.i.key|value` `[1, KV heads, T, head size]`;
 * outputs `logits` `[1, 1, vocabulary]` of the last position, `present.i.key|value` `[1, KV heads, T + S, head size]`.
 */
export function plainGraph(model: Llama, lowering: Lowering): Uint8Array {
  const graph = new OnnxGraph();
  const op = new Operators(graph, lowering.accuracy);
  const { shape } = model;
  const ids = graph.input('input_ids', DataType.int64, [1, 'tokens']);
  const mask = graph.input('attention_mask', DataType.int64, [1, 'total']);
  const lengths = maskLengths(op, mask);
  const rotary = rotaryCaches(graph, shape);

  const norm = (name: string, x: Value) =>
    op.rmsNorm(x, graph.initializer(name, DataType.float32, [shape.hidden], tensor(model, name).data), shape.epsilon);
  const linear = (name: string, x: Value) => {
    const { shape: dims, data } = tensor(model, `${name}.weight`);
    return op.linear(name, x, data, dims[0] as number, lowering.linear);
  };

  const table = tensor(model, 'model.embed_tokens.weight').data;
  let x = op.embedding('embedding', ids, table, shape.vocabulary, lowering.embedding);
  for (let layer = 0; layer < shape.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const normed = norm(`${prefix}.input_layernorm.weight`, x);
    const [q, k, v] = ['q', 'k', 'v'].map((name) => linear(`${prefix}.self_attn.${name}_proj`, normed)) as [Value, Value, Value];
    const past = cacheInputs(graph, shape, layer);
    const [attended, key, value] = graph.nodes('GroupQueryAttention', [q, k, v, ...past, ...lengths, ...rotary], {
      ...CONTRIB,
      attributes: { num_heads: shape.heads, kv_num_heads: shape.kvHeads, do_rotary: 1 },
      outputs: 3,
    }) as [Value, Value, Value];
    for (const [name, present] of [
      ['key', key],
      ['value', value],
    ] as const) {
      graph.output(present, `present.${layer}.${name}`, DataType.float32, [1, shape.kvHeads, 'total', shape.headSize]);
    }
    x = op.add(x, linear(`${prefix}.self_attn.o_proj`, attended));
    const fed = norm(`${prefix}.post_attention_layernorm.weight`, x);
    const gated = op.siluGate(linear(`${prefix}.mlp.gate_proj`, fed), linear(`${prefix}.mlp.up_proj`, fed));
    x = op.add(x, linear(`${prefix}.mlp.down_proj`, gated));
  }
  const last = graph.node('Gather', [norm('model.norm.weight', x), op.int64([-1])], { attributes: { axis: 1 } });
  const head = shape.tied ? table : tensor(model, 'lm_head.weight').data;
  const logits = op.linear('head', last, head, shape.vocabulary, lowering.head);
  graph.output(logits, 'logits', DataType.float32, [1, 1, shape.vocabulary]);
  return graph.encode();
}

/** GroupQueryAttention's seqlens_k (valid length − 1, int32 `[1]`) and total length (int32 scalar), from the mask. */
function maskLengths(op: Operators, mask: Value): [seqlens: Value, total: Value] {
  const { graph } = op;
  const toInt32 = (x: Value) => graph.node('Cast', [x], { attributes: { to: DataType.int32 } });
  const sum = graph.node('ReduceSum', [mask, op.int64([1])], { attributes: { keepdims: 0 } });
  const seqlens = toInt32(graph.node('Sub', [sum, op.int64([1])]));
  const scalar = graph.initializer('one', DataType.int64, [], BigInt64Array.of(1n));
  return [seqlens, toInt32(graph.node('Gather', [graph.node('Shape', [mask]), scalar]))];
}

function cacheInputs(graph: OnnxGraph, shape: LlamaShape, layer: number): [key: Value, value: Value] {
  const input = (name: string) =>
    graph.input(`past_key_values.${layer}.${name}`, DataType.float32, [1, shape.kvHeads, 'past', shape.headSize]);
  return [input('key'), input('value')];
}

function rotaryCaches(graph: OnnxGraph, { context, headSize, ropeBase }: LlamaShape): [cos: Value, sin: Value] {
  const half = headSize / 2;
  const angles = Float64Array.from({ length: context * half }, (_, at) => {
    return Math.floor(at / half) * ropeBase ** ((-2 * (at % half)) / headSize);
  });
  return [
    graph.initializer('cos', DataType.float32, [context, half], Float32Array.from(angles, Math.cos)),
    graph.initializer('sin', DataType.float32, [context, half], Float32Array.from(angles, Math.sin)),
  ];
}
