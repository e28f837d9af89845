import type { EncoderDecoderConfig } from '../model/encoderDecoder.ts';
import type { Matrix } from '../model/roles.ts';
import type { T5Role, T5Weights } from '../model/t5Weights.ts';
import type { DecoderGraph, Lowering } from './building.ts';
import { WeightWriter } from './linear.ts';
import { Names } from './names.ts';
import { DataType, OnnxGraph, type Value } from './onnx.ts';
import { type Norm, Operators } from './operators.ts';
import { WeightPlan } from './weightPlan.ts';

/** Names beyond {@link Names}: what the encoder hands to each layer of the decoder, `[heads, input tokens, head size]`. */
export const CrossNames = {
  key: (layer: number) => `cross.key.${layer}`,
  value: (layer: number) => `cross.value.${layer}`,
} as const;

/**
 * Builds the graph of a T5 encoder (Raffel et al. 2020). It takes `ids` `[1, S]` and `mask` `[heads, S, S]`, the biases of distances, and
 * gives every decoder layer's keys and values of the input, so that the decoder never sees the input itself.
 */
export async function buildEncoder(config: EncoderDecoderConfig, weights: T5Weights, lowering: Lowering): Promise<DecoderGraph> {
  const stack = new Stack('encoder', config, weights, lowering);
  const { op } = stack;
  const mask = op.graph.input(Names.mask, DataType.float32, [config.heads, 'tokens', 'tokens']);
  let residual = await stack.embed();
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    const [query, key, value] = await stack.projections(
      'encoder.attention',
      layer,
      await stack.norm('encoder.attention.norm', residual, layer),
    );
    const attended = stack.weighted(stack.scores(query, key), value, mask);
    residual = op.add(residual, await stack.linear('encoder.attention.output', attended, layer));
    residual = op.add(residual, await stack.feedForward(layer, residual));
  }
  const states = await stack.norm('encoder.norm', residual);
  for (let layer = 0; layer < config.decoderLayers; layer++) {
    for (const part of ['key', 'value'] as const) {
      const product = await stack.linear(`decoder.cross.${part}`, states, layer);
      const dims = [config.heads, 'tokens', config.headSize];
      op.graph.output(stack.grouped(product), CrossNames[part](layer), DataType.float32, dims);
    }
  }
  return stack.finish();
}

/**
 * Builds the graph of a T5 decoder over an encoded input. Its inputs and outputs are those of a decoder-only graph ({@link Names}), with a
 * mask for each head, and {@link CrossNames} beside them.
 */
export async function buildAnsweringDecoder(
  config: EncoderDecoderConfig,
  weights: T5Weights,
  lowering: Lowering,
): Promise<DecoderGraph> {
  const { heads, headSize } = config;
  const stack = new Stack('decoder', config, weights, lowering);
  const { op } = stack;
  const mask = op.graph.input(Names.mask, DataType.float32, [heads, 'tokens', 'slots + tokens']);
  const spans = op.graph.input(Names.spans, DataType.int64, [2]);
  const rows = op.graph.input(Names.rows, DataType.int64, ['rows']);
  const fresh: Value[] = [];
  let residual = await stack.embed();
  for (let layer = 0; layer < config.decoderLayers; layer++) {
    const cached = (name: string, tokens: string) => op.graph.input(name, DataType.float32, [heads, tokens, headSize]);
    const [pastKeys, pastValues] = [cached(Names.pastKey(layer), 'slots'), cached(Names.pastValue(layer), 'slots')];
    const normed = await stack.norm('decoder.attention.norm', residual, layer);
    const [query, key, value] = await stack.projections('decoder.attention', layer, normed);
    fresh.push(key, value);
    const scores = op.concat([stack.scores(query, pastKeys), stack.scores(query, key)], -1);
    const [onPast, onNew] = op.split(op.softmax(op.add(scores, mask)), spans, 2, -1) as [Value, Value];
    const attended = stack.ungrouped(op.add(stack.mixed(onPast, pastValues), stack.mixed(onNew, value)));
    residual = op.add(residual, await stack.linear('decoder.attention.output', attended, layer));

    const [crossKeys, crossValues] = [cached(CrossNames.key(layer), 'input'), cached(CrossNames.value(layer), 'input')];
    const asked = await stack.linear('decoder.cross.query', await stack.norm('decoder.cross.norm', residual, layer), layer);
    const found = stack.weighted(stack.scores(stack.grouped(asked), crossKeys), crossValues);
    residual = op.add(residual, await stack.linear('decoder.cross.output', found, layer));
    residual = op.add(residual, await stack.feedForward(layer, residual));
  }
  op.graph.output(op.concat(fresh, 0), Names.fresh, DataType.float32, [fresh.length * heads, 'tokens', headSize]);
  const last = await stack.norm('decoder.norm', op.positions(residual, rows));
  const logits = op.scale(await stack.head(last), config.tiedEmbeddings ? config.hiddenSize ** -0.5 : 1);
  op.graph.output(logits, Names.logits, DataType.float32, [1, 'rows', config.vocabularySize]);
  return stack.finish();
}

/** The encoder or the decoder while its graph is built. S tokens, H heads, D head size. */
class Stack {
  readonly op = new Operators(new OnnxGraph());
  readonly #side: 'encoder' | 'decoder';
  readonly #config: EncoderDecoderConfig;
  readonly #weights: T5Weights;
  readonly #lowering: Lowering;
  readonly #plan = new WeightPlan();
  readonly #writer: WeightWriter;

  constructor(side: 'encoder' | 'decoder', config: EncoderDecoderConfig, weights: T5Weights, lowering: Lowering) {
    this.#side = side;
    this.#config = config;
    this.#weights = weights;
    this.#lowering = lowering;
    this.#writer = new WeightWriter(this.op, this.#plan, lowering.accuracy);
  }

  embed(): Promise<Value> {
    const ids = this.op.graph.input(Names.ids, DataType.int64, [1, 'tokens']);
    return this.#writer.embedding('embedding', ids, this.#matrix('embedding'), this.#lowering.embedding);
  }

  async norm(role: T5Role, x: Value, layer = 0): Promise<Value> {
    const weight = await this.#weights.values(role, [this.#config.hiddenSize], layer);
    const norm: Norm = { kind: 'rms', epsilon: this.#config.epsilon, weight: this.#writer.vector(`${role}.${layer}`, weight) };
    return this.op.norm(x, norm);
  }

  /** @param x `[1, S, columns]` */
  linear(role: T5Role, x: Value, layer: number): Promise<Value> {
    return this.#writer.linear(`${role}.${layer}`, x, this.#matrix(role, layer), this.#lowering.linear);
  }

  head(x: Value): Promise<Value> {
    const matrix = this.#matrix(this.#weights.has('head') && !this.#config.tiedEmbeddings ? 'head' : 'embedding');
    return this.#writer.linear('head', x, matrix, this.#lowering.head);
  }

  /** Queries, keys and values `[H, S, D]` of self-attention. */
  async projections(at: 'encoder.attention' | 'decoder.attention', layer: number, x: Value): Promise<[Value, Value, Value]> {
    const matrices = (['query', 'key', 'value'] as const).map((part) => this.#matrix(`${at}.${part}`, layer));
    const products = await this.#writer.linears(`${at}.${layer}`, x, matrices, this.#lowering.linear);
    const [query, key, value] = products as [Value, Value, Value];
    return [this.grouped(query), this.grouped(key), this.grouped(value)];
  }

  /** `[1, S, H · D]` as `[H, S, D]` */
  grouped(x: Value): Value {
    return this.op.transpose(this.op.reshape(x, [-1, this.#config.heads, this.#config.headSize]), [1, 0, 2]);
  }

  /** `[H, S, D]` as `[1, S, H · D]` */
  ungrouped(x: Value): Value {
    return this.op.reshape(this.op.transpose(x, [1, 0, 2]), [1, -1, this.#config.heads * this.#config.headSize]);
  }

  /** Products of queries `[H, S, D]` with keys `[H, T, D]`: `[H, S, T]` */
  scores(queries: Value, keys: Value): Value {
    return this.op.matMul(queries, keys, { transposeB: true });
  }

  /** Values `[H, T, D]` by shares `[H, S, T]`: `[H, S, D]` */
  mixed(shares: Value, values: Value): Value {
    return this.op.matMul(shares, values);
  }

  /** Attention's result `[1, S, H · D]` from scores. */
  weighted(scores: Value, values: Value, mask?: Value): Value {
    return this.ungrouped(this.mixed(this.op.softmax(mask ? this.op.add(scores, mask) : scores), values));
  }

  /** @param x the residual stream, which is normalised first */
  async feedForward(layer: number, x: Value): Promise<Value> {
    const side = this.#side;
    const { gated, activation } = this.#config;
    const normed = await this.norm(`${side}.feedForward.norm`, x, layer);
    const inputs = (gated ? (['gate', 'up'] as const) : (['up'] as const)).map((part) =>
      this.#matrix(`${side}.feedForward.${part}`, layer),
    );
    const [first, second] = await this.#writer.linears(`${side}.feedForward.${layer}`, normed, inputs, this.#lowering.linear);
    const active = this.op.activate(first as Value, activation);
    return this.linear(`${side}.feedForward.down`, second ? this.op.multiply(active, second) : active, layer);
  }

  finish(): DecoderGraph {
    return { model: this.op.graph.encode(), weights: this.#plan, rounded: this.#writer.rounded };
  }

  #matrix(role: T5Role, layer = 0): Matrix {
    const { vocabularySize, hiddenSize, feedForwardSize, heads, headSize } = this.#config;
    const inner = heads * headSize;
    if (role === 'embedding' || role === 'head') return this.#weights.matrix(role, vocabularySize, hiddenSize);
    if (role.endsWith('.output')) return this.#weights.matrix(role, hiddenSize, inner, layer);
    if (role.endsWith('.down')) return this.#weights.matrix(role, hiddenSize, feedForwardSize, layer);
    const isFeedForward = role.endsWith('.gate') || role.endsWith('.up');
    return this.#weights.matrix(role, isFeedForward ? feedForwardSize : inner, hiddenSize, layer);
  }
}
