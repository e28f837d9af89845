import type { Building } from './building.ts';
import type { CacheEnds, KeysAndValues } from './groupQueryAttention.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';

/**
 * A head-major cache, `[KV heads, 1, C, head size]` for each layer, that the graph only reads; the new keys and values of all layers come
 * out as one output, in the order in which they do from HeadMajorAttention.
 */
export class ReadCache implements CacheEnds {
  readonly #building: Pick<Building, 'op' | 'config'>;
  readonly #fresh: Value[] = [];

  constructor(building: Pick<Building, 'op' | 'config'>) {
    this.#building = building;
  }

  past(layer: number): KeysAndValues {
    const { op, config } = this.#building;
    const { kvHeads, headSize } = config;
    const cached = (name: string) => {
      const buffer = op.graph.input(name, DataType.float32, [kvHeads, 1, 'slots', headSize]);
      return op.reshape(buffer, [1, kvHeads, -1, headSize]);
    };
    return [cached(Names.pastKey(layer)), cached(Names.pastValue(layer))];
  }

  keep(_: number, fresh: KeysAndValues): void {
    this.#fresh.push(...fresh);
  }

  finish(): void {
    const { op, config } = this.#building;
    const { layers, kvHeads, headSize } = config;
    const byToken = op.reshape(op.concat(this.#fresh, 0), [2 * layers, -1, kvHeads, headSize]);
    const byHead = op.transpose(byToken, [0, 2, 1, 3]);
    op.graph.output(byHead, Names.fresh, DataType.float32, [2 * layers, kvHeads, 'tokens', headSize]);
  }
}
