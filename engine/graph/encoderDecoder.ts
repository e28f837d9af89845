import { answeringConfig, type EncoderDecoderConfig } from '../model/encoderDecoder.ts';
import type { Matrix } from '../model/roles.ts';
import type { T5Role, T5Weights } from '../model/t5Weights.ts';
import type { DecoderGraph, Lowering } from './building.ts';
import { StaticAttention } from './groupQueryAttention.ts';
import { WeightWriter } from './linear.ts';
import { Names } from './names.ts';
import { DataType, OnnxGraph, type Value } from './onnx.ts';
import { type Norm, Operators } from './operators.ts';
import { outputLogits } from './outputLogits.ts';
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
    const normed = await stack.norm('encoder.attention.norm', residual, layer);
    const projections = await stack.projections('encoder.attention', layer, normed);
    const [query, key, value] = projections.map((each) => stack.grouped(each)) as [Value, Value, Value];
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
 * mask for each head, on WebGPU too, and {@link CrossNames} beside them.
 */
export async function buildAnsweringDecoder(
  config: EncoderDecoderConfig,
  weights: T5Weights,
  lowering: Lowering,
): Promise<DecoderGraph> {
  const { heads, headSize } = config;
  const stack = new Stack('decoder', config, weights, lowering);
  const { op } = stack;
  const attention = lowering.kernels === 'webgpu' ? new BiasedAttention(config, op) : new SplitAttention(config, stack);
  const rows = op.graph.input(Names.rows, DataType.int64, ['rows']);
  let residual = await stack.embed();
  for (let layer = 0; layer < config.decoderLayers; layer++) {
    const cross = (name: string) => op.graph.input(name, DataType.float32, [heads, 'input', headSize]);
    const normed = await stack.norm('decoder.attention.norm', residual, layer);
    const attended = attention.attend(layer, await stack.projections('decoder.attention', layer, normed));
    residual = op.add(residual, await stack.linear('decoder.attention.output', attended, layer));

    const [crossKeys, crossValues] = [cross(CrossNames.key(layer)), cross(CrossNames.value(layer))];
    const asked = await stack.linear('decoder.cross.query', await stack.norm('decoder.cross.norm', residual, layer), layer);
    const found = stack.weighted(stack.scores(stack.grouped(asked), crossKeys), crossValues);
    residual = op.add(residual, await stack.linear('decoder.cross.output', found, layer));
    residual = op.add(residual, await stack.feedForward(layer, residual));
  }
  attention.finish();
  const last = await stack.norm('decoder.norm', op.positions(residual, rows));
  const logits = op.scale(await stack.head(last), config.tiedEmbeddings ? config.hiddenSize ** -0.5 : 1);
  outputLogits(op, logits, config.vocabularySize, lowering);
  return stack.finish();
}

/** Self-attention of the decoder, with the biases of distances in a mask. */
interface SelfAttention {
  /** @param projections queries, keys and values `[1, S, H · D]`; @returns the same of what was attended to */
  attend(layer: number, projections: readonly [Value, Value, Value]): Value;
  finish(): void;
}

/** On the CPU: cached and new tokens apart, so that the cache is read in place; new keys and values are an output of the graph. */
class SplitAttention implements SelfAttention {
  readonly #config: EncoderDecoderConfig;
  readonly #stack: Stack;
  readonly #mask: Value;
  readonly #spans: Value;
  readonly #newKeys: Value[] = [];
  readonly #newValues: Value[] = [];

  constructor(config: EncoderDecoderConfig, stack: Stack) {
    this.#config = config;
    this.#stack = stack;
    const { graph } = stack.op;
    this.#mask = graph.input(Names.mask, DataType.float32, [config.heads, 'tokens', 'slots + tokens']);
    this.#spans = graph.input(Names.spans, DataType.int64, [2]);
  }

  attend(layer: number, projections: readonly [Value, Value, Value]): Value {
    const stack = this.#stack;
    const { op } = stack;
    const { heads, headSize } = this.#config;
    const cached = (name: string) => op.graph.input(name, DataType.float32, [heads, 'slots', headSize]);
    const [pastKeys, pastValues] = [cached(Names.pastKey(layer)), cached(Names.pastValue(layer))];
    const [query, key, value] = projections.map((each) => stack.grouped(each)) as [Value, Value, Value];
    this.#newKeys.push(key);
    this.#newValues.push(value);
    const scores = op.concat([stack.scores(query, pastKeys), stack.scores(query, key)], -1);
    const [onPast, onNew] = op.split(op.softmax(op.add(scores, this.#mask)), this.#spans, 2, -1) as [Value, Value];
    return stack.ungrouped(op.add(stack.mixed(onPast, pastValues), stack.mixed(onNew, value)));
  }

  finish(): void {
    const { heads, headSize, decoderLayers } = this.#config;
    const { op } = this.#stack;
    const dims = [2 * decoderLayers * heads, 'tokens', headSize];
    op.graph.output(op.concat([...this.#newKeys, ...this.#newValues], 0), Names.fresh, DataType.float32, dims);
  }
}

/** On WebGPU: the cache is a static one, whose mask `[1, H, S, T]` covers the slots in use. */
class BiasedAttention implements SelfAttention {
  readonly #kernel: StaticAttention;
  readonly #mask: Value;

  constructor(config: EncoderDecoderConfig, op: Operators) {
    this.#kernel = new StaticAttention({ op, config: answeringConfig(config) });
    this.#mask = op.graph.input(Names.mask, DataType.float32, [1, config.heads, 'tokens', 'slots in use']);
  }

  attend(layer: number, projections: readonly [Value, Value, Value]): Value {
    return this.#kernel.attend(layer, () => projections, this.#mask);
  }

  finish(): void {}
}

/** The encoder or the decoder while its graph is built. S tokens, H heads, D head size. */
class Stack {
  readonly op: Operators;
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
    this.op = new Operators(new OnnxGraph(), lowering.kernels);
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

  /** Queries, keys and values `[1, S, H · D]` of self-attention. */
  async projections(at: 'encoder.attention' | 'decoder.attention', layer: number, x: Value): Promise<[Value, Value, Value]> {
    const matrices = (['query', 'key', 'value'] as const).map((part) => this.#matrix(`${at}.${part}`, layer));
    return (await this.#writer.linears(`${at}.${layer}`, x, matrices, this.#lowering.linear)) as [Value, Value, Value];
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
