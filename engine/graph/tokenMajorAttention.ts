import type { Building } from './decoder.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';

/**
 * Attention over a token-major cache, made of plain operators: T cached tokens are the head of a growing buffer, handed in without a
 * copy, and only the S new keys and values come out. Shapes: H heads, KV key-value heads, group = H / KV, D head size.
 */
export class TokenMajorAttention {
  readonly #building: Building;
  readonly #mask: Value;
  readonly #windowMask: Value | undefined;
  readonly #spans: Value;

  constructor(building: Building) {
    this.#building = building;
    const { config, op } = building;
    const masks = config.positions.kind === 'alibi' ? config.kvHeads : 1;
    const mask = (name: string) => op.graph.input(name, DataType.float32, [masks, 'queries', 'past + tokens']);
    this.#mask = mask(Names.mask);
    this.#windowMask = config.attention.window && mask(Names.windowMask);
    this.#spans = op.graph.input(Names.spans, DataType.int64, [2]);
  }

  /**
   * Attention of S new tokens over T cached and the new ones.
   * @param q `[1, S, H · D]`
   * @param k `[1, S, KV · D]`, likewise v
   * @returns `[1, S, H · D]`
   */
  attend(layer: number, q: Value, k: Value, v: Value): Value {
    const { op, config } = this.#building;
    const { heads, kvHeads, headSize, attention } = config;
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
    const scaled = { transposeB: true, batchInnerB: true, alpha: attention.scale };
    const products = op.concat([op.matMul(queries, pastKeys, scaled), op.matMul(queries, keys, scaled)], -1);
    const scores = attention.softcap === undefined ? products : op.softcap(products, attention.softcap);
    const probabilities = op.softmax(op.add(scores, this.#maskOf(layer)));
    const [onPast, onNew] = op.split(probabilities, this.#spans, 2, -1) as [Value, Value];
    const mixed = op.add(op.matMul(onPast, pastValues, { batchInnerB: true }), op.matMul(onNew, values, { batchInnerB: true }));
    const ungrouped = op.transpose(op.reshape(mixed, [kvHeads, -1, group, headSize]), [1, 0, 2, 3]);
    return op.reshape(ungrouped, [1, -1, heads * headSize]);
  }

  #maskOf(layer: number): Value {
    const isWindowed = this.#building.config.attention.window?.layers.has(layer) ?? false;
    return (isWindowed ? this.#windowMask : undefined) ?? this.#mask;
  }
}
