import type { DecoderConfig } from '../model/config.ts';
import { lackingOnWebGpu } from '../model/lackingOnWebGpu.ts';
import type { Building } from './building.ts';
import type { Heads, InHeads, KeysAndValues, QueriesKeysValues } from './heads.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Norm, RotaryRows } from './operators.ts';

/** Optional inputs that are not given: tables and positions of keys that come rotated. */
const NONE = '' as Value;

/**
 * The operator GroupQueryAttention: each of S tokens sees the `last + 1 − S` cached ones, those before it and itself. Keys come rotated;
 * heads stand side by side, `[1, S, heads · head size]`.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export class GroupQueryAttention implements Heads {
  protected readonly building: Pick<Building, 'op' | 'config'>;
  readonly #last: Value;
  readonly #total: Value;

  constructor(building: Pick<Building, 'op' | 'config'>) {
    this.building = building;
    const { graph } = building.op;
    this.#last = graph.input(Names.last, DataType.int32, [1]);
    this.#total = graph.input(Names.total, DataType.int32, []);
  }

  heads(products: readonly Value[]): QueriesKeysValues {
    const { op, config } = this.building;
    const { heads, kvHeads, headSize } = config;
    const sizes = [heads * headSize, kvHeads * headSize, kvHeads * headSize];
    const each = products.length === 1 ? op.split(products[0] as Value, op.int64(sizes), 3, -1) : products;
    return each as [Value, Value, Value];
  }

  norm(x: Value, heads: number, norm: Norm): Value {
    const { op, config } = this.building;
    const normed = op.norm(op.reshape(x, [1, -1, heads, config.headSize]), norm);
    return op.reshape(normed, [1, -1, heads * config.headSize]);
  }

  rotate(x: Value, heads: number, rows: RotaryRows, size: number): Value {
    return this.building.op.rotary(x, rows, heads, size);
  }

  /**
   * @param past cached keys and values, `[1, KV heads, C, head size]` each
   * @param bias added to scores, `[1, heads, S, T]`
   * @returns `[1, S, heads · head size]`; the cached keys and values and, behind them, the new, `[1, KV heads, at least C, head size]`
   */
  protected run(
    layer: number,
    heads: QueriesKeysValues,
    past: KeysAndValues,
    bias?: Value,
  ): [attended: Value, keys: Value, values: Value] {
    const { op, config } = this.building;
    const { attention } = config;
    const window = attention.window?.layers.has(layer) ? attention.window.size : undefined;
    const inputs = [...heads, ...past, this.#last, this.#total, ...(bias ? [NONE, NONE, NONE, bias] : [])];
    return op.graph.nodes('GroupQueryAttention', inputs, {
      domain: 'com.microsoft',
      attributes: {
        num_heads: config.heads,
        kv_num_heads: config.kvHeads,
        scale: { float: attention.scale },
        ...(attention.softcap !== undefined && { softcap: { float: attention.softcap } }),
        ...(window !== undefined && { local_window_size: window }),
      },
      outputs: 3,
    }) as [Value, Value, Value];
  }
}

/**
 * The same over buffers of the device, `[1, KV heads, capacity, head size]` for each layer: new keys and values are written behind the
 * cached ones.
 */
export class StaticAttention extends GroupQueryAttention {
  /**
   * @param bias added to scores, `[1, heads, S, T]`
   * @returns `[1, S, heads · head size]`
   */
  attend(layer: number, heads: InHeads, bias?: Value): Value {
    const { op } = this.building;
    const cached = (name: string) => op.graph.input(name, op.activations, this.#dims('capacity'));
    const past: KeysAndValues = [cached(Names.pastKey(layer)), cached(Names.pastValue(layer))];
    const [attended, keys, values] = this.run(layer, heads(this), past, bias);
    op.graph.output(keys, Names.presentKey(layer), op.activations, this.#dims('present'));
    op.graph.output(values, Names.presentValue(layer), op.activations, this.#dims('present'));
    return attended;
  }

  #dims(slots: string): (number | string)[] {
    const { kvHeads, headSize } = this.building.config;
    return [1, kvHeads, slots, headSize];
  }
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
