import type { Building } from './building.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Norm, RotaryRows } from './operators.ts';

/**
 * Attention over a head-major cache, made of plain operators: a layer's cache is handed in without a copy, and only the S new keys and
 * values come out. Shapes: H heads, KV key-value heads, group = H / KV, D head size, C slots. Heads stand one above the other,
 * `[heads, 1, S, D]`, from the projections on, all moved there at once: in a small model an operator that only moves numbers costs as much
 * time as one that multiplies them.
 *
 * How the queries of a KV head stand, `[KV, A, B, D]` with A · B = S · group, is an input: a few are multiplied one by one (B = 1), for
 * which the runtime reads the cache in place; many together (A = 1), so that it is read once for all.
 */
export class HeadMajorAttention {
  readonly #building: Building;
  readonly #mask: Value;
  readonly #windowMask: Value | undefined;
  readonly #grouping: Value;
  readonly #spans: Value;
  /** New keys and new values of each layer, `[KV, 1, S, D]`. */
  readonly #fresh: Value[] = [];

  constructor(building: Building) {
    this.#building = building;
    const { config, op } = building;
    const mask = (name: string) => op.graph.input(name, DataType.float32, ['masks', 'A', 'B', 'slots + tokens']);
    this.#mask = mask(Names.mask);
    this.#windowMask = config.attention.window && mask(Names.windowMask);
    this.#grouping = op.graph.input(Names.grouping, DataType.int64, [4]);
    this.#spans = op.graph.input(Names.spans, DataType.int64, [2]);
  }

  heads(products: readonly Value[]): [Value, Value, Value] {
    const { op, config } = this.#building;
    const { heads, kvHeads, headSize } = config;
    const byHead = (x: Value, count: number) => op.transpose(op.reshape(x, [-1, count, 1, headSize]), [1, 2, 0, 3]);
    const counts = [heads, kvHeads, kvHeads];
    const [all, ...others] = products as [Value, ...Value[]];
    const each =
      others.length === 0
        ? op.split(byHead(all, heads + 2 * kvHeads), op.int64(counts), 3, 0)
        : products.map((product, i) => byHead(product, counts[i] as number));
    return each as [Value, Value, Value];
  }

  norm(x: Value, _: number, norm: Norm): Value {
    return this.#building.op.norm(x, norm);
  }

  rotate(x: Value, _: number, rows: RotaryRows, size: number): Value {
    return this.#building.op.rotary(x, rows, 1, size);
  }

  /**
   * Attention of S new tokens over the cached and the new ones.
   * @param q `[H, 1, S, D]`
   * @param k `[KV, 1, S, D]`, likewise v
   * @returns `[1, S, H · D]`
   */
  attend(layer: number, q: Value, k: Value, v: Value): Value {
    const { op, config } = this.#building;
    const { heads, kvHeads, headSize, attention } = config;
    const cached = (name: string) => op.graph.input(name, DataType.float32, [kvHeads, 1, 'slots', headSize]);
    const [pastKeys, pastValues] = [cached(Names.pastKey(layer)), cached(Names.pastValue(layer))];
    this.#fresh.push(k, v);

    // Scaled here and not in the products: only those with a factor of 1 are computed without copying the keys.
    const queries = op.graph.node('Reshape', [op.scale(q, attention.scale), this.#grouping]);
    const onKeys = (keys: Value) => op.matMul(queries, keys, { transposeB: true });
    const products = op.concat([onKeys(pastKeys), onKeys(k)], -1);
    const scores = attention.softcap === undefined ? products : op.softcap(products, attention.softcap);
    const probabilities = op.softmax(op.add(scores, this.#maskOf(layer)));
    const [onPast, onNew] = op.split(probabilities, this.#spans, 2, -1) as [Value, Value];
    const mixed = op.add(op.matMul(onPast, pastValues), op.matMul(onNew, v));
    const byToken = op.transpose(op.reshape(mixed, [heads, -1, headSize]), [1, 0, 2]);
    return op.reshape(byToken, [1, -1, heads * headSize]);
  }

  /** The new keys and values of all layers are one output: each output costs as much time as an operator or two. */
  finish(): void {
    const { op, config } = this.#building;
    const dims = [2 * config.layers * config.kvHeads, 1, 'tokens', config.headSize];
    op.graph.output(op.concat(this.#fresh, 0), Names.fresh, DataType.float32, dims);
  }

  #maskOf(layer: number): Value {
    const isWindowed = this.#building.config.attention.window?.layers.has(layer) ?? false;
    return (isWindowed ? this.#windowMask : undefined) ?? this.#mask;
  }
}
