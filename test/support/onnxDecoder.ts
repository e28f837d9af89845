import { DataType, type Value } from '../../engine/graph/onnx.ts';
import { CONTRIB, causalMask, GraphWriter, type OnnxSizes, TINY_ONNX } from './onnxGraphWriter.ts';

export interface DecoderOptions {
  /** Path of the graph in its folder. */
  readonly name: string;
  readonly seed: number;
  readonly parts?: number;
  /** Whether the graph takes `position_ids`. */
  readonly positions?: boolean;
  /** Type of the cache and the logits. */
  readonly halves?: boolean;
  /** Whether the graph returns logits of the last position only. */
  readonly lastOnly?: boolean;
  /** Whether the graph has no KV cache, so that every run is over the whole text. Only for graphs of plain operators. */
  readonly cacheless?: boolean;
  /** Soft cap of attention; none where 0. Only for grouped queries. */
  readonly softcap?: number;
  /** Whether the graph takes `num_logits_to_keep`. */
  readonly keeps?: boolean;
  readonly sizes?: OnnxSizes;
}

/**
 * A decoder in the layout of onnxruntime-genai's builder: 4-bit matrices, GroupQueryAttention with rotary positions, lengths from the mask.
 */
export function groupQueryDecoder(options: DecoderOptions): GraphWriter {
  const w = new GraphWriter(options.name, options.seed, options.parts, options.sizes);
  const { graph } = w;
  const { vocabulary, hidden, layers, heads, kvHeads, headSize, context } = w.sizes;
  const { ids, mask, positions } = textInputs(w, options, 'total_sequence_length');
  const sum = graph.node('ReduceSum', [mask, w.int64(1)], { attributes: { keepdims: 0 } });
  const lengths = [w.cast(graph.node('Sub', [sum, w.int64(1)]), DataType.int32), w.cast(w.size(mask, 1), DataType.int32)];
  const angle = (i: number) => Math.floor(i / (headSize / 2)) * 10000 ** ((-2 * (i % (headSize / 2))) / headSize);
  const table = (name: string, f: (x: number) => number) =>
    w.tensor(
      name,
      DataType.float32,
      [context, headSize / 2],
      Float32Array.from({ length: (context * headSize) / 2 }, (_, i) => f(angle(i))),
    );
  const rotary = [table('cos_cache', Math.cos), table('sin_cache', Math.sin)];
  let x = graph.node('Gather', [w.random('embedding', [vocabulary, hidden], 1), ids]);
  for (let layer = 0; layer < layers; layer++) {
    const normed = w.norm(`layers.${layer}.norm`, x);
    let [q, k, v] = ([heads, kvHeads, kvHeads] as const).map((n, i) =>
      w.linear(`layers.${layer}.${'qkv'[i]}`, normed, n * headSize, hidden, true),
    ) as [Value, Value, Value];
    if (positions) {
      const rotate = (value: Value, n: number) =>
        graph.node('RotaryEmbedding', [value, positions, ...rotary], { ...CONTRIB, attributes: { num_heads: n } });
      [q, k] = [rotate(q, heads), rotate(k, kvHeads)];
    }
    const past = cacheInputs(w, options, layer);
    const inType = (value: Value) => (options.halves ? w.cast(value, DataType.float16) : value);
    const [attended, key, value] = graph.nodes(
      'GroupQueryAttention',
      [q, k, v].map(inType).concat(past, lengths, positions ? [] : rotary.map(inType)),
      {
        ...CONTRIB,
        attributes: {
          num_heads: heads,
          kv_num_heads: kvHeads,
          do_rotary: positions ? 0 : 1,
          softcap: { float: options.softcap ?? 0 },
        },
        outputs: 3,
      },
    ) as [Value, Value, Value];
    cacheOutputs(w, options, layer, key, value);
    x = w.add(
      x,
      w.linear(
        `layers.${layer}.o`,
        options.halves ? w.cast(attended, DataType.float32) : attended,
        hidden,
        heads * headSize,
        true,
      ),
    );
    x = w.add(x, w.feedForward(`layers.${layer}`, w.norm(`layers.${layer}.norm2`, x), true));
  }
  logitsOutput(w, options, w.norm('norm', x), true);
  return w;
}

/** @param length the exporter's name for the length of the mask */
function textInputs({ graph }: GraphWriter, { positions }: DecoderOptions, length: string) {
  const ofTokens = ['batch_size', 'sequence_length'];
  return {
    ids: graph.input('input_ids', DataType.int64, ofTokens),
    mask: graph.input('attention_mask', DataType.int64, ['batch_size', length]),
    positions: positions ? graph.input('position_ids', DataType.int64, ofTokens) : undefined,
  };
}

function cacheInputs(w: GraphWriter, { halves }: DecoderOptions, layer: number): [Value, Value] {
  const { kvHeads, headSize } = w.sizes;
  const dims = ['batch_size', kvHeads, 'past_sequence_length', headSize];
  const input = (kind: string) =>
    w.graph.input(`past_key_values.${layer}.${kind}`, halves ? DataType.float16 : DataType.float32, dims);
  return [input('key'), input('value')];
}

function cacheOutputs(w: GraphWriter, { halves }: DecoderOptions, layer: number, key: Value, value: Value): void {
  const { kvHeads, headSize } = w.sizes;
  const dims = ['batch_size', kvHeads, 'total_sequence_length', headSize];
  const type = halves ? DataType.float16 : DataType.float32;
  w.graph.output(key, `present.${layer}.key`, type, dims);
  w.graph.output(value, `present.${layer}.value`, type, dims);
}

function logitsOutput(w: GraphWriter, options: DecoderOptions, x: Value, isQuantized: boolean): void {
  const { vocabulary, hidden } = w.sizes;
  const { graph } = w;
  let kept = x;
  if (options.lastOnly) kept = graph.node('Gather', [x, w.int64(-1)], { attributes: { axis: 1 } });
  if (options.keeps) {
    const count = graph.input('num_logits_to_keep', DataType.int64, []);
    const start = graph.node('Reshape', [graph.node('Neg', [count]), w.int64(1)]);
    kept = graph.node('Slice', [x, start, w.int64(2 ** 40), w.int64(1)]);
  }
  const logits = w.linear('lm_head', kept, vocabulary, hidden, isQuantized);
  const type = options.halves ? DataType.float16 : DataType.float32;
  const output = options.halves ? w.cast(logits, type) : logits;
  graph.output(output, 'logits', type, ['batch_size', options.lastOnly ? 1 : 'sequence_length', vocabulary]);
}

/** A decoder as optimum exports it: float32 matrices, attention in plain operators, learned positions. */
export function plainDecoder(options: DecoderOptions): GraphWriter {
  const w = new GraphWriter(options.name, options.seed, options.parts, options.sizes);
  const { graph } = w;
  const { vocabulary, hidden, layers, heads, kvHeads, headSize, context } = w.sizes;
  const { ids, mask, positions } = textInputs(w, options, 'past_sequence_length + 1');
  const [total, fresh] = [w.size(mask, 1), w.size(ids, 1)];
  const numbers = graph.node('Range', [graph.node('Sub', [total, fresh]), total, w.scalar(1)]);
  const causal = causalMask(w, numbers, total);
  const embedded = graph.node('Gather', [w.random('wte', [vocabulary, hidden], 1), ids]);
  let x = w.add(embedded, graph.node('Gather', [w.random('wpe', [context, hidden], 0.5), positions ?? numbers]));
  for (let layer = 0; layer < layers; layer++) {
    const normed = w.norm(`h.${layer}.norm`, x);
    const project = (name: string, n: number) => w.heads(w.linear(`h.${layer}.${name}`, normed, n * headSize, hidden, false), n);
    const past = options.cacheless ? undefined : cacheInputs(w, options, layer);
    const stored = (each: Value) => (options.halves ? w.cast(each, DataType.float16) : each);
    const [key, value] = (['k', 'v'] as const).map((name, i) =>
      past
        ? graph.node('Concat', [past[i] as Value, stored(project(name, kvHeads))], { attributes: { axis: 2 } })
        : project(name, kvHeads),
    ) as [Value, Value];
    if (past) cacheOutputs(w, options, layer, key, value);
    const repeated = (each: Value) => {
      const float = options.halves ? w.cast(each, DataType.float32) : each;
      const parts = graph.nodes('Split', [float], { attributes: { axis: 1, num_outputs: kvHeads }, outputs: kvHeads });
      return graph.node(
        'Concat',
        parts.flatMap((part) => new Array<Value>(heads / kvHeads).fill(part)),
        { attributes: { axis: 1 } },
      );
    };
    const attended = w.attention(project('q', heads), repeated(key), repeated(value), causal);
    x = w.add(x, w.linear(`h.${layer}.o`, attended, hidden, heads * headSize, false));
    x = w.add(x, w.feedForward(`h.${layer}`, w.norm(`h.${layer}.norm2`, x), false));
  }
  logitsOutput(w, options, w.norm('norm', x), false);
  return w;
}

/** config.json of these decoders. */
export function tinyConfig(
  modelType: string,
  more: Record<string, unknown> = {},
  sizes: OnnxSizes = TINY_ONNX,
): Record<string, unknown> {
  const { vocabulary, hidden, layers, heads, kvHeads, headSize, feedForward, context } = sizes;
  return {
    model_type: modelType,
    vocab_size: vocabulary,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headSize,
    intermediate_size: feedForward,
    max_position_embeddings: context,
    ...more,
  };
}
