import type { Role } from '../model/families/family.ts';
import type { Building } from './building.ts';
import { GroupQueryAttention } from './groupQueryAttention.ts';
import { HeadMajorAttention } from './headMajorAttention.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Norm, RotaryRows } from './operators.ts';
import { ReadCache } from './readCache.ts';

/**
 * The part that differs between devices and, on the CPU, between prefill and other runs: the order of heads in memory, and how queries are
 * multiplied with cached and new keys.
 */
interface AttentionKernel {
  /**
   * Queries, keys and values of S new tokens as the other methods take them.
   * @param products one of `[1, S, (heads + 2 · KV heads) · head size]`, or three, `[1, S, heads · head size]` and so on
   */
  heads(products: readonly Value[]): readonly [Value, Value, Value];
  /** Normalises each of so many heads on its own. */
  norm(x: Value, heads: number, norm: Norm): Value;
  /** Turns each of so many heads, see {@link Operators.rotary}. */
  rotate(x: Value, heads: number, rows: RotaryRows, size: number): Value;
  /**
   * Attention of S new tokens over the cached and the new ones.
   * @returns `[1, S, heads · head size]`
   */
  attend(layer: number, q: Value, k: Value, v: Value): Value;
  /** Called after the last layer. */
  finish?(): void;
}

/** Attention of a decoder layer: projections, norms and rotation of heads, the device's kernel, and the way back. */
export class Attention {
  readonly #building: Building;
  readonly #kernel: AttentionKernel;
  readonly #rotary: { readonly query: RotaryRows; readonly key: RotaryRows } | undefined;

  constructor(building: Building) {
    this.#building = building;
    const { config, op } = building;
    const { positions } = config;
    this.#kernel = kernelOf(building);
    if (positions.kind !== 'rotary') return;
    const rows = (name: string) => op.activation(op.graph.input(name, DataType.float32, ['tokens', positions.size / 2]));
    this.#rotary = {
      query: { cos: rows(Names.queryCos), sin: rows(Names.querySin) },
      key: { cos: rows(Names.keyCos), sin: rows(Names.keySin) },
    };
  }

  /**
   * @param x `[1, S, hidden size]`
   * @param rows numbers of those tokens whose attention is wanted; of all where absent
   * @returns `[1, S or R, hidden size]`
   */
  async build(layer: number, x: Value, rows?: Value): Promise<Value> {
    const { config, weights, lowering, op, writer } = this.#building;
    const { heads, kvHeads } = config;
    const [q, k, v] = this.#kernel.heads(await this.#project(layer, x));
    const query = await this.#headNorm('attention.queryNorm', layer, q, heads);
    const key = await this.#headNorm('attention.keyNorm', layer, k, kvHeads);
    const turned = [this.#rotate(layer, query, heads, 'query'), this.#rotate(layer, key, kvHeads, 'key')] as const;
    const all = this.#kernel.attend(layer, ...turned, v);
    const attended = rows ? op.positions(all, rows) : all;
    const output = weights.matrix('attention.output', layer);
    const bias = await weights.vector('attention.output', 'bias', layer);
    const [projected] = await writer.linears(`layer.${layer}.attention.output`, attended, [output], lowering.linear, [bias]);
    return projected as Value;
  }

  /** To be called after the last layer. */
  finish(): void {
    this.#kernel.finish?.();
  }

  /** Queries, keys and values in one product where their matrices are stored alike, else one each. */
  async #project(layer: number, x: Value): Promise<Value[]> {
    const { weights, lowering, writer } = this.#building;
    const isFused = weights.has('attention.queryKeyValue', layer);
    const roles: Role[] = isFused ? ['attention.queryKeyValue'] : ['attention.query', 'attention.key', 'attention.value'];
    const biases = await Promise.all(roles.map((role) => weights.vector(role, 'bias', layer)));
    const matrices = roles.map((role) => weights.matrix(role, layer));
    return writer.products(`layer.${layer}.attention.input`, x, matrices, lowering.linear, biases);
  }

  /** Normalises each head on its own (Qwen3), where the model has such a norm. */
  async #headNorm(role: Role, layer: number, x: Value, heads: number): Promise<Value> {
    const { config, weights, writer } = this.#building;
    if (!weights.has(role, layer)) return x;
    const weight = writer.vector(`${role}.${layer}`, await weights.norm(role, layer));
    return this.#kernel.norm(x, heads, { ...config.norm, weight });
  }

  #rotate(layer: number, x: Value, heads: number, side: 'query' | 'key'): Value {
    const { positions } = this.#building.config;
    if (!this.#rotary || positions.kind !== 'rotary' || positions.layersWithout.has(layer)) return x;
    return this.#kernel.rotate(x, heads, this.#rotary[side], positions.size);
  }
}

function kernelOf(building: Building): AttentionKernel {
  if (building.lowering.kernels === 'webgpu') return new GroupQueryAttention(building);
  if (building.kind === 'prefill') return new GroupQueryAttention(building, new ReadCache(building));
  return new HeadMajorAttention(building);
}
