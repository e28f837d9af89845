import type { Role } from '../model/families/family.ts';
import type { Building } from './decoder.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Norm } from './operators.ts';

interface Inputs {
  readonly mask: Value;
  readonly windowMask: Value | undefined;
  readonly spans: Value;
  readonly rotary:
    | { readonly queryCos: Value; readonly querySin: Value; readonly keyCos: Value; readonly keySin: Value }
    | undefined;
}

/**
 * Attention of a decoder layer over a token-major cache. Shapes: S new tokens, T cached, H heads, KV key-value heads, group = H / KV,
 * D head size.
 */
export class Attention {
  readonly #building: Building;
  readonly #inputs: Inputs;

  constructor(building: Building) {
    this.#building = building;
    const { config, op } = building;
    const { positions, kvHeads } = config;
    const masks = positions.kind === 'alibi' ? kvHeads : 1;
    const mask = (name: string) => op.graph.input(name, DataType.float32, [masks, 'queries', 'past + tokens']);
    const table = (name: string, size: number) => op.graph.input(name, DataType.float32, ['tokens', size / 2]);
    this.#inputs = {
      mask: mask(Names.mask),
      windowMask: config.attention.window && mask(Names.windowMask),
      spans: op.graph.input(Names.spans, DataType.int64, [2]),
      rotary:
        positions.kind === 'rotary'
          ? {
              queryCos: table(Names.queryCos, positions.size),
              querySin: table(Names.querySin, positions.size),
              keyCos: table(Names.keyCos, positions.size),
              keySin: table(Names.keySin, positions.size),
            }
          : undefined,
    };
  }

  /** @param x `[1, S, hidden size]` @returns the same shape */
  async build(layer: number, x: Value): Promise<Value> {
    const { config, weights, lowering, writer } = this.#building;
    const { heads, kvHeads } = config;
    const [q, k, v] = await this.#project(layer, x);
    const query = await this.#headNorm('attention.queryNorm', layer, q, heads);
    const key = await this.#headNorm('attention.keyNorm', layer, k, kvHeads);
    const attended = this.#attend(layer, this.#rotate(layer, query, heads, 'query'), this.#rotate(layer, key, kvHeads, 'key'), v);
    const output = weights.matrix('attention.output', layer);
    const bias = await weights.vector('attention.output', 'bias', layer);
    const [projected] = await writer.linears(`layer.${layer}.attention.output`, attended, [output], lowering.linear, [bias]);
    return projected as Value;
  }

  /** Query `[1, S, H · D]`, key and value `[1, S, KV · D]`. */
  async #project(layer: number, x: Value): Promise<[Value, Value, Value]> {
    const { config, weights, lowering, writer, op } = this.#building;
    const isFused = weights.has('attention.queryKeyValue', layer);
    const roles: Role[] = isFused ? ['attention.queryKeyValue'] : ['attention.query', 'attention.key', 'attention.value'];
    const biases = await Promise.all(roles.map((role) => weights.vector(role, 'bias', layer)));
    const matrices = roles.map((role) => weights.matrix(role, layer));
    const products = await writer.linears(`layer.${layer}.attention.input`, x, matrices, lowering.linear, biases);
    if (!isFused) return products as [Value, Value, Value];
    const { heads, kvHeads, headSize } = config;
    const sizes = op.int64([heads * headSize, kvHeads * headSize, kvHeads * headSize]);
    return op.split(products[0] as Value, sizes, 3, -1) as [Value, Value, Value];
  }

  /** Normalises each head on its own (Qwen3), where the model has such a norm. */
  async #headNorm(role: Role, layer: number, x: Value, heads: number): Promise<Value> {
    const { config, weights, writer, op } = this.#building;
    if (!weights.has(role, layer)) return x;
    const weight = writer.vector(`${role}.${layer}`, await weights.norm(role, layer));
    const norm: Norm = { ...config.norm, weight };
    const normed = op.norm(op.reshape(x, [1, -1, heads, config.headSize]), norm);
    return op.reshape(normed, [1, -1, heads * config.headSize]);
  }

  #rotate(layer: number, x: Value, heads: number, side: 'query' | 'key'): Value {
    const { positions } = this.#building.config;
    const { rotary } = this.#inputs;
    if (!rotary || positions.kind !== 'rotary' || positions.layersWithout.has(layer)) return x;
    const [cos, sin] = side === 'query' ? [rotary.queryCos, rotary.querySin] : [rotary.keyCos, rotary.keySin];
    return this.#building.op.rotary(x, cos, sin, heads, positions.size);
  }

  /**
   * Attention of S new tokens over T cached and the new ones.
   * @param q `[1, S, H · D]`
   * @param k `[1, S, KV · D]`, likewise v
   * @returns `[1, S, H · D]`
   */
  #attend(layer: number, q: Value, k: Value, v: Value): Value {
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
    const probabilities = op.softmax(op.add(scores, this.#mask(layer)));
    const [onPast, onNew] = op.split(probabilities, this.#inputs.spans, 2, -1) as [Value, Value];
    const mixed = op.add(op.matMul(onPast, pastValues, { batchInnerB: true }), op.matMul(onNew, values, { batchInnerB: true }));
    const ungrouped = op.transpose(op.reshape(mixed, [kvHeads, -1, group, headSize]), [1, 0, 2, 3]);
    return op.reshape(ungrouped, [1, -1, heads * headSize]);
  }

  #mask(layer: number): Value {
    const isWindowed = this.#building.config.attention.window?.layers.has(layer) ?? false;
    return (isWindowed ? this.#inputs.windowMask : undefined) ?? this.#inputs.mask;
  }
}
