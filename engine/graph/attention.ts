import type { Role } from '../model/families/family.ts';
import { type RotaryTable, tableOf } from '../model/rotaryLayers.ts';
import type { Building } from './building.ts';
import { EitherAttention, OneAttention } from './cpuAttention.ts';
import { StaticAttention } from './groupQueryAttention.ts';
import type { Heads, InHeads } from './heads.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Norm, RotaryRows } from './operators.ts';

/** The part that differs between devices: where the cache is, and how queries are multiplied with cached and new keys. */
interface AttentionKernel {
  /**
   * Attention of S new tokens over the cached and the new ones.
   * @returns `[1, S, heads · head size]`
   */
  attend(layer: number, heads: InHeads): Value;
  /** Called after the last layer. */
  finish?(): void;
}

/** Attention of a decoder layer: projections, norms and rotation of heads, the device's kernel, and the way back. */
export class Attention {
  readonly #building: Building;
  readonly #kernel: AttentionKernel;
  readonly #rotary: Partial<Record<RotaryTable, { readonly query: RotaryRows; readonly key: RotaryRows }>> = {};

  constructor(building: Building) {
    this.#building = building;
    const { config, op } = building;
    const { positions } = config;
    this.#kernel = kernelOf(building);
    if (positions.kind !== 'rotary') return;
    const rows = (name: string) => op.activation(op.graph.input(name, DataType.float32, ['tokens', positions.size / 2]));
    this.#rotary.own = {
      query: { cos: rows(Names.queryCos), sin: rows(Names.querySin) },
      key: { cos: rows(Names.keyCos), sin: rows(Names.keySin) },
    };
    if (!positions.local) return;
    const local = { cos: rows(Names.localCos), sin: rows(Names.localSin) };
    this.#rotary.local = { query: local, key: local };
  }

  /**
   * @param x `[1, S, hidden size]`
   * @param rows numbers of those tokens whose attention is wanted; of all where absent
   * @returns `[1, S or R, hidden size]`
   */
  async build(layer: number, x: Value, rows?: Value): Promise<Value> {
    const { config, weights, lowering, op, writer } = this.#building;
    const products = await this.#project(layer, x);
    const queryNorm = await this.#headNorm('attention.queryNorm', layer);
    const keyNorm = await this.#headNorm('attention.keyNorm', layer);
    const all = this.#kernel.attend(layer, (way) => {
      const [q, k, v] = way.heads(products);
      const turned = (heads: Value, count: number, norm: Norm | undefined, side: 'query' | 'key') =>
        this.#rotate(way, layer, norm ? way.norm(heads, count, norm) : heads, count, side);
      return [turned(q, config.heads, queryNorm, 'query'), turned(k, config.kvHeads, keyNorm, 'key'), v];
    });
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

  /** The norm of each head on its own (Qwen3), where the model has one. */
  async #headNorm(role: Role, layer: number): Promise<Norm | undefined> {
    const { config, weights, writer } = this.#building;
    if (!weights.has(role, layer)) return undefined;
    return { ...config.norm, weight: writer.vector(`${role}.${layer}`, await weights.norm(role, layer)) };
  }

  #rotate(way: Heads, layer: number, x: Value, heads: number, side: 'query' | 'key'): Value {
    const { positions } = this.#building.config;
    if (positions.kind !== 'rotary') return x;
    const table = tableOf(positions, layer);
    const rows = table && this.#rotary[table];
    return rows ? way.rotate(x, heads, rows[side], positions.size) : x;
  }
}

function kernelOf(building: Building): AttentionKernel {
  if (building.lowering.kernels === 'webgpu') return new StaticAttention(building);
  return building.reading ? new EitherAttention(building, building.reading) : new OneAttention(building);
}
