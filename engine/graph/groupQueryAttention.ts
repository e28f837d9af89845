import type { DecoderConfig } from '../model/config.ts';
import { lackingOnWebGpu } from '../model/lackingOnWebGpu.ts';
import type { Building } from './building.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Norm, RotaryRows } from './operators.ts';

/** Optional inputs that are not given: tables and positions of keys that come rotated. */
const NONE = '' as Value;

/** Keys, and values. */
export type KeysAndValues = readonly [Value, Value];

/** Where a layer's cached keys and values come from, and what becomes of the new ones. */
export interface CacheEnds {
  /** `[1, KV heads, C, head size]` each */
  past(layer: number): KeysAndValues;
  /**
   * @param fresh of the new tokens, `[1, S, KV heads · head size]` each
   * @param present the cached ones and, behind them, the new, `[1, KV heads, at least C, head size]` each
   */
  keep(layer: number, fresh: KeysAndValues, present: KeysAndValues): void;
  /** Called after the last layer. */
  finish?(): void;
}

/**
 * Attention by the operator GroupQueryAttention: each token sees the `last + 1 − S` cached ones, those before it and itself. Keys come
 * rotated.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export class GroupQueryAttention {
  readonly #building: Pick<Building, 'op' | 'config'>;
  readonly #cache: CacheEnds;
  readonly #last: Value;
  readonly #total: Value;

  constructor(building: Pick<Building, 'op' | 'config'>, cache: CacheEnds = new StaticCache(building)) {
    this.#building = building;
    this.#cache = cache;
    const { graph } = building.op;
    this.#last = graph.input(Names.last, DataType.int32, [1]);
    this.#total = graph.input(Names.total, DataType.int32, []);
  }

  /** `[1, S, heads · head size]` each. */
  heads(products: readonly Value[]): [Value, Value, Value] {
    const { op, config } = this.#building;
    const { heads, kvHeads, headSize } = config;
    const sizes = [heads * headSize, kvHeads * headSize, kvHeads * headSize];
    const each = products.length === 1 ? op.split(products[0] as Value, op.int64(sizes), 3, -1) : products;
    return each as [Value, Value, Value];
  }

  norm(x: Value, heads: number, norm: Norm): Value {
    const { op, config } = this.#building;
    const normed = op.norm(op.reshape(x, [1, -1, heads, config.headSize]), norm);
    return op.reshape(normed, [1, -1, heads * config.headSize]);
  }

  rotate(x: Value, heads: number, rows: RotaryRows, size: number): Value {
    return this.#building.op.rotary(x, rows, heads, size);
  }

  /**
   * As {@link Attention}'s kernel.
   * @param bias added to scores, `[1, heads, S, T]`
   */
  attend(layer: number, q: Value, k: Value, v: Value, bias?: Value): Value {
    const { op, config } = this.#building;
    const { heads, kvHeads, attention } = config;
    const window = attention.window?.layers.has(layer) ? attention.window.size : undefined;
    const [attended, keys, values] = op.graph.nodes(
      'GroupQueryAttention',
      [q, k, v, ...this.#cache.past(layer), this.#last, this.#total, ...(bias ? [NONE, NONE, NONE, bias] : [])],
      {
        domain: 'com.microsoft',
        attributes: {
          num_heads: heads,
          kv_num_heads: kvHeads,
          scale: { float: attention.scale },
          ...(attention.softcap !== undefined && { softcap: { float: attention.softcap } }),
          ...(window !== undefined && { local_window_size: window }),
        },
        outputs: 3,
      },
    );
    this.#cache.keep(layer, [k, v], [keys as Value, values as Value]);
    return attended as Value;
  }

  finish(): void {
    this.#cache.finish?.();
  }
}

/** Buffers of the device, `[1, KV heads, capacity, head size]` for each layer: new keys and values are written behind the cached ones. */
class StaticCache implements CacheEnds {
  readonly #building: Pick<Building, 'op' | 'config'>;

  constructor(building: Pick<Building, 'op' | 'config'>) {
    this.#building = building;
  }

  past(layer: number): KeysAndValues {
    const { op } = this.#building;
    const cached = (name: string) => op.graph.input(name, op.activations, this.#dims('capacity'));
    return [cached(Names.pastKey(layer)), cached(Names.pastValue(layer))];
  }

  keep(layer: number, _: KeysAndValues, [keys, values]: KeysAndValues): void {
    const { op } = this.#building;
    op.graph.output(keys, Names.presentKey(layer), op.activations, this.#dims('present'));
    op.graph.output(values, Names.presentValue(layer), op.activations, this.#dims('present'));
  }

  #dims(slots: string): (number | string)[] {
    const { kvHeads, headSize } = this.#building.config;
    return [1, kvHeads, slots, headSize];
  }
}

/** Whether a decoder's prefill graph computes what its plain one does: the operator has no slopes. */
export function canPrefill({ positions }: DecoderConfig): boolean {
  return positions.kind !== 'alibi';
}

/**
 * Why a model cannot run on WebGPU, in words for people; undefined where it can. There GroupQueryAttention accepts soft caps and
 * leaves them out, has no slopes, and nothing sends tokens to experts: those parts would be wrong or run on the CPU.
 */
export function whyNotWebGpu({ family, attention, positions, feedForward, headSize }: DecoderConfig): string | undefined {
  const because = (feature: string) => lackingOnWebGpu(family, feature);
  if (attention.softcap !== undefined) return because('soft-capped attention');
  if (positions.kind === 'alibi') return because('attention with linear biases (ALiBi)');
  if (feedForward.experts) return because('a mixture of experts');
  return whyNotHeads({ family, headSize });
}

/** The same, of heads alone. */
export function whyNotHeads({ family, headSize }: Pick<DecoderConfig, 'family' | 'headSize'>): string | undefined {
  if (headSize % 4 === 0) return undefined;
  return lackingOnWebGpu(family, `heads of ${headSize} numbers`);
}
