import type { DecoderConfig } from '../model/config.ts';
import type { WeightSource } from '../model/weights.ts';
import { DataType, OnnxGraph, type Value } from './onnx.ts';
import { type Accuracy, Operators } from './operators.ts';
import type { WeightFormat } from './quantize.ts';

/** How a decoder's weights are lowered to one device. */
export interface Lowering {
  /** The matrices of attention and feed-forward. */
  readonly linear: WeightFormat;
  /** The head, which turns the last hidden state into logits. */
  readonly head: WeightFormat;
  readonly embedding: WeightFormat;
  readonly accuracy: Accuracy;
}

/**
 * Names of the graph's inputs and outputs. Sizes that vary by run: `tokens` = S new ones, `past` = T cached ones, `rows` = R.
 *
 * | input | shape | |
 * |---|---|---|
 * | ids | int64 [1, S] | the new tokens |
 * | start | int64 [1] | position of the first new token |
 * | cos, sin | [positions, head size / 2] | rotary tables |
 * | mask | [1, S · group, T + S] | added to the scores of new tokens against cached and new ones |
 * | spans | int64 [2] | T and S |
 * | rows | int64 [R] | which of the S positions to compute logits for |
 * | past.key.i, past.value.i | [T, KV heads, head size] | the cache of layer i, token-major |
 *
 * | output | shape |
 * |---|---|
 * | logits | [1, R, vocabulary] |
 * | new.key.i, new.value.i | [S, KV heads, head size] |
 */
export const Names = {
  ids: 'ids',
  start: 'start',
  cos: 'cos',
  sin: 'sin',
  mask: 'mask',
  spans: 'spans',
  rows: 'rows',
  logits: 'logits',
  pastKey: (layer: number) => `past.key.${layer}`,
  pastValue: (layer: number) => `past.value.${layer}`,
  newKey: (layer: number) => `new.key.${layer}`,
  newValue: (layer: number) => `new.value.${layer}`,
} as const;

interface Inputs {
  readonly ids: Value;
  readonly start: Value;
  readonly cos: Value;
  readonly sin: Value;
  readonly mask: Value;
  readonly spans: Value;
  readonly rows: Value;
}

/**
 * Builds the ONNX graph of a Llama decoder (Touvron et al. 2023): pre-norm RMSNorm, rotary positions, grouped-query attention, SwiGLU.
 *
 * Attention reads a token-major cache in place: T cached tokens are the head of a growing buffer, handed in without a copy, and only
 * the S new keys and values come out. The step then costs no copy of the cache, which is what a plain loop spends its time on.
 *
 * @param weights tensors under Hugging Face's names, read one at a time
 * @returns the serialised model
 */
export async function buildDecoder(config: DecoderConfig, weights: WeightSource, lowering: Lowering): Promise<Uint8Array> {
  const graph = new OnnxGraph();
  const op = new Operators(graph, lowering.accuracy);
  const inputs: Inputs = {
    ids: graph.input(Names.ids, DataType.int64, [1, 'tokens']),
    start: graph.input(Names.start, DataType.int64, [1]),
    cos: graph.input(Names.cos, DataType.float32, ['positions', config.headSize / 2]),
    sin: graph.input(Names.sin, DataType.float32, ['positions', config.headSize / 2]),
    mask: graph.input(Names.mask, DataType.float32, [1, 'queries', 'past + tokens']),
    spans: graph.input(Names.spans, DataType.int64, [2]),
    rows: graph.input(Names.rows, DataType.int64, ['rows']),
  };
  const block = new DecoderBlock(config, weights, lowering, op, inputs);

  const { vocabularySize, layers, rmsNormEpsilon } = config;
  const table = await weights.read('model.embed_tokens.weight');
  let residual = op.embedding('embedding', inputs.ids, table, vocabularySize, lowering.embedding);
  let normed = op.rmsNorm(residual, await block.norm('model.layers.0.input_layernorm'), rmsNormEpsilon);
  for (let layer = 0; layer < layers; layer++) {
    const next = layer + 1 < layers ? `model.layers.${layer + 1}.input_layernorm` : 'model.norm';
    const attended = op.addAndNorm(
      residual,
      await block.attention(layer, normed),
      await block.norm(`model.layers.${layer}.post_attention_layernorm`),
      rmsNormEpsilon,
    );
    const fed = op.addAndNorm(
      attended.residual,
      await block.feedForward(layer, attended.normed),
      await block.norm(next),
      rmsNormEpsilon,
    );
    ({ normed, residual } = fed);
  }
  const head = config.tiedEmbeddings ? table : await weights.read('lm_head.weight');
  const logits = op.linear('head', op.positions(normed, inputs.rows), head, vocabularySize, lowering.head);
  graph.output(logits, Names.logits, DataType.float32, [1, 'rows', vocabularySize]);
  return graph.encode();
}

/** The two halves of a decoder layer. Shapes: S new tokens, T cached, H heads, KV key-value heads, group = H / KV, D head size. */
class DecoderBlock {
  readonly config: DecoderConfig;
  readonly weights: WeightSource;
  readonly lowering: Lowering;
  readonly op: Operators;
  readonly inputs: Inputs;

  constructor(config: DecoderConfig, weights: WeightSource, lowering: Lowering, op: Operators, inputs: Inputs) {
    this.config = config;
    this.weights = weights;
    this.lowering = lowering;
    this.op = op;
    this.inputs = inputs;
  }

  async norm(name: string): Promise<Value> {
    return this.op.graph.initializer(name, DataType.float32, [this.config.hiddenSize], await this.weights.read(`${name}.weight`));
  }

  /** @param x `[1, S, hidden size]` */
  async attention(layer: number, x: Value): Promise<Value> {
    const { op, config, inputs } = this;
    const { heads, kvHeads, headSize } = config;
    const prefix = `model.layers.${layer}.self_attn`;
    const qkv = await this.#linear(x, [`${prefix}.q_proj`, `${prefix}.k_proj`, `${prefix}.v_proj`]);
    const sizes = op.int64([heads * headSize, kvHeads * headSize, kvHeads * headSize]);
    const [q, k, v] = op.split(qkv, sizes, 3, -1) as [Value, Value, Value];
    const rotate = (x: Value, count: number) => op.rotary(x, inputs.start, inputs.cos, inputs.sin, count);
    const attended = this.#attend(layer, rotate(q, heads), rotate(k, kvHeads), v);
    return this.#linear(attended, [`${prefix}.o_proj`]);
  }

  /** @param x `[1, S, hidden size]` */
  async feedForward(layer: number, x: Value): Promise<Value> {
    const { op, config } = this;
    const prefix = `model.layers.${layer}.mlp`;
    const gateUp = await this.#linear(x, [`${prefix}.gate_proj`, `${prefix}.up_proj`]);
    const sizes = op.int64([config.feedForwardSize, config.feedForwardSize]);
    const [gate, up] = op.split(gateUp, sizes, 2, -1) as [Value, Value];
    return this.#linear(op.siluGate(gate, up), [`${prefix}.down_proj`]);
  }

  /**
   * Causal attention of S new tokens over T cached and the new ones.
   * @param q `[1, S, H · D]`
   * @param k `[1, S, KV · D]`, likewise v
   * @returns `[1, S, H · D]`
   */
  #attend(layer: number, q: Value, k: Value, v: Value): Value {
    const { op, inputs, config } = this;
    const { heads, kvHeads, headSize } = config;
    const group = heads / kvHeads;
    const cache = ['past', kvHeads, headSize];
    const pastKeys = op.graph.input(Names.pastKey(layer), DataType.float32, cache);
    const pastValues = op.graph.input(Names.pastValue(layer), DataType.float32, cache);
    const keys = op.reshape(k, [-1, kvHeads, headSize]);
    const values = op.reshape(v, [-1, kvHeads, headSize]);
    op.graph.output(keys, Names.newKey(layer), DataType.float32, ['tokens', kvHeads, headSize]);
    op.graph.output(values, Names.newValue(layer), DataType.float32, ['tokens', kvHeads, headSize]);

    // Queries that share a KV head stand together, [KV, S · group, D], so that the cache is read once for all of them.
    const grouped = op.transpose(op.reshape(q, [-1, kvHeads, group, headSize]), [1, 0, 2, 3]);
    const queries = op.reshape(grouped, [kvHeads, -1, headSize]);
    const scaled = { transposeB: true, batchInnerB: true, alpha: 1 / Math.sqrt(headSize) };
    const scores = op.concat([op.matMul(queries, pastKeys, scaled), op.matMul(queries, keys, scaled)], -1);
    const probabilities = op.softmax(op.add(scores, inputs.mask));
    const [onPast, onNew] = op.split(probabilities, inputs.spans, 2, -1) as [Value, Value];
    const mixed = op.add(op.matMul(onPast, pastValues, { batchInnerB: true }), op.matMul(onNew, values, { batchInnerB: true }));
    const ungrouped = op.transpose(op.reshape(mixed, [kvHeads, -1, group, headSize]), [1, 0, 2, 3]);
    return op.reshape(ungrouped, [1, -1, heads * headSize]);
  }

  /** One product for several matrices with the same input: their rows are stacked. */
  async #linear(x: Value, names: readonly string[]): Promise<Value> {
    const parts: Float32Array[] = [];
    let rows = 0;
    for (const name of names) {
      parts.push(await this.weights.read(`${name}.weight`));
      rows += this.weights.shape(`${name}.weight`)[0] as number;
    }
    return this.op.linear(names.join('+'), x, concatenate(parts), rows, this.lowering.linear);
  }
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0] as Float32Array;
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
