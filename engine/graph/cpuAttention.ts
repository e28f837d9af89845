import type { Building } from './building.ts';
import { GroupQueryAttention } from './groupQueryAttention.ts';
import { CacheFirst, QueriesFirst, runInputs, SingleToken } from './headMajorAttention.ts';
import type { InHeads, KeysAndValues, QueriesKeysValues, Way } from './heads.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';

/**
 * Attention on the CPU, of S tokens, H heads, KV key-value heads and head size D: over a cache that is handed in without a copy, and of
 * which only the S new keys and values come out. A layer's cached keys are `[KV, 1, C, D]`.
 */
abstract class CpuAttention {
  protected readonly building: Building;
  protected readonly newKeys: Value[] = [];
  protected readonly newValues: Value[] = [];

  constructor(building: Building) {
    this.building = building;
  }

  /** @param valueDims of cached values */
  protected cached(layer: number, valueDims: readonly (number | string)[]): KeysAndValues {
    const { op, config } = this.building;
    const { kvHeads, headSize } = config;
    return [
      op.graph.input(Names.pastKey(layer), DataType.float32, [kvHeads, 1, 'slots', headSize]),
      op.graph.input(Names.pastValue(layer), DataType.float32, [kvHeads, 1, ...valueDims]),
    ];
  }

  protected keep([attended, keys, values]: readonly [Value, Value, Value]): Value {
    this.newKeys.push(keys);
    this.newValues.push(values);
    return attended;
  }
}

/** One way for all runs: of the plain graph, or of the one for prefill. Cached values are `[KV, 1, C, D]`. */
export class OneAttention extends CpuAttention {
  readonly #way: Way;

  constructor(building: Building) {
    super(building);
    this.#way = building.kind === 'prefill' ? new OperatorOverCache(building) : new QueriesFirst(building, runInputs(building));
  }

  attend(layer: number, heads: InHeads): Value {
    const cached = this.cached(layer, ['slots', this.building.config.headSize]);
    return this.keep(this.#way.attend(layer, heads(this.#way), cached));
  }

  /** The new keys and values of all layers are one output: each output costs as much time as an operator or two. */
  finish(): void {
    const { op, config } = this.building;
    const dims = [2 * config.layers * config.kvHeads, 1, 'tokens', config.headSize];
    op.graph.output(op.concat([...this.newKeys, ...this.newValues], 0), Names.fresh, DataType.float32, dims);
  }
}

/**
 * Most queries of a KV head for which a single token has a way of its own. From 4 on the cache is read once for all of them in less time:
 * a sixth less with 4, half with 8 (head sizes of 64 and 128, contexts of 256 to 2 000 tokens).
 */
const MOST_ALONE = 3;

/**
 * Two or three ways, of which inputs choose one: for many tokens, each of which sees all before it; for few, whatever they see; and for a
 * single one where its queries are few. A choice takes 7 µs in each layer, which is too much for small models. Cached values are
 * `[KV, 1, D, C]`.
 */
export class EitherAttention extends CpuAttention {
  readonly #reading: Value;
  readonly #single: { readonly chosen: Value; readonly way: Way } | undefined;
  readonly #many: Way;
  readonly #few: Way;

  /** @param reading the input of that name */
  constructor(building: Building, reading: Value) {
    super(building);
    this.#reading = reading;
    const inputs = runInputs(building);
    const { heads, kvHeads } = building.config;
    if (heads / kvHeads <= MOST_ALONE) {
      const chosen = building.op.graph.input(Names.single, DataType.bool, []);
      this.#single = { chosen, way: new SingleToken(building, inputs) };
    }
    this.#many = new OperatorOverCache(building, true);
    this.#few = new CacheFirst(building, inputs);
  }

  attend(layer: number, heads: InHeads): Value {
    const cached = this.cached(layer, [this.building.config.headSize, 'slots']);
    const by = (way: Way) => () => way.attend(layer, heads(way), cached);
    const { graph } = this.building.op;
    const several = () => graph.either(this.#reading, by(this.#many), by(this.#few));
    const all = this.#single ? graph.either(this.#single.chosen, by(this.#single.way), several) : several();
    return this.keep(all as [Value, Value, Value]);
  }

  finish(): void {
    const { op } = this.building;
    const [keys, values] = [op.concat(this.newKeys, 0), op.transpose(op.concat(this.newValues, 0), [0, 1, 3, 2])];
    const all = op.concat([op.reshape(keys, [-1]), op.reshape(values, [-1])], 0);
    op.graph.output(all, Names.fresh, DataType.float32, ['numbers']);
  }
}

/** onnxruntime's operator over a cache that is only read: it copies the cache once, and computes nothing that is hidden. */
class OperatorOverCache extends GroupQueryAttention implements Way {
  readonly #turned: boolean;

  /** @param turned whether cached values are `[KV, 1, D, C]` */
  constructor(building: Building, turned = false) {
    super(building);
    this.#turned = turned;
  }

  attend(layer: number, heads: QueriesKeysValues, [pastKeys, pastValues]: KeysAndValues): [Value, Value, Value] {
    const { op, config } = this.building;
    const { kvHeads, headSize } = config;
    const asPast = (x: Value) => op.reshape(x, [1, kvHeads, -1, headSize]);
    const byHead = (x: Value) => op.transpose(op.reshape(x, [-1, kvHeads, 1, headSize]), [1, 2, 0, 3]);
    const values = this.#turned ? op.transpose(pastValues, [0, 1, 3, 2]) : pastValues;
    const [attended] = this.run(layer, heads, [asPast(pastKeys), asPast(values)]);
    const [, k, v] = heads;
    return [attended, byHead(k), byHead(v)];
  }
}
