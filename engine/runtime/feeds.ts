import { PaddockError } from '../errors.ts';
import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Cache } from './modelRuntime.ts';
import type { Ort, Tensor } from './ort.ts';
import type { RotaryTables } from './rotary.ts';
import type { SteeringRows } from './steering.ts';

/** Makes the input tensors of a decoder graph. A step's differ little from those of the step before, so these can be used again. */
export class Feeds {
  readonly #ort: Ort;
  readonly #config: DecoderConfig;

  constructor(ort: Ort, config: DecoderConfig) {
    this.#ort = ort;
    this.#config = config;
  }

  /** @param former of an earlier run; returned where it has this data and these dimensions */
  float32(data: Float32Array, dims: readonly number[], former?: Tensor): Tensor {
    return former?.data === data && hasDims(former, dims) ? former : new this.#ort.Tensor('float32', data, dims);
  }

  /** @param former of an earlier run, made here; it takes the values where it has these dimensions */
  int64(values: readonly number[], dims: readonly number[] = [values.length], former?: Tensor): Tensor {
    const isSame = former !== undefined && hasDims(former, dims);
    const data = isSame ? (former.data as BigInt64Array) : new BigInt64Array(values.length);
    for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i] as number);
    return isSame ? former : new this.#ort.Tensor('int64', data, dims);
  }

  /** Sets an input to whole numbers, in the tensor of an earlier run where it has these dimensions. */
  whole(inputs: Record<string, Tensor>, name: string, values: readonly number[], dims?: readonly number[]): void {
    inputs[name] = this.int64(values, dims, inputs[name]);
  }

  bool(value: boolean): Tensor {
    return new this.#ort.Tensor('bool', Uint8Array.of(value ? 1 : 0), []);
  }

  int32(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
    return new this.#ort.Tensor('int32', Int32Array.from(values), dims);
  }

  /** A steered graph's own inputs. */
  steering({ read, write, offset }: SteeringRows): Record<string, Tensor> {
    const dims = [this.#config.layers, this.#config.hiddenSize];
    return {
      [Names.steeringRead]: this.float32(read, dims),
      [Names.steeringWrite]: this.float32(write, dims),
      [Names.steeringOffset]: this.float32(Float32Array.of(offset), [1]),
    };
  }

  /** Sets the positions of new tokens: rows of the rotary tables, or numbers of learned positions. */
  positions(inputs: Record<string, Tensor>, positions: readonly number[], tables: RotaryTables | undefined): void {
    const kind = this.#config.positions;
    if (kind.kind === 'learned') inputs[Names.positions] = this.int64(positions, [1, positions.length]);
    if (kind.kind !== 'rotary' || !tables) return;
    const { query, key } = tables.rows(positions);
    const tensor = (values: Float32Array) => this.float32(values, [positions.length, kind.size / 2]);
    const [queryCos, querySin] = [tensor(query.cos), tensor(query.sin)];
    inputs[Names.queryCos] = queryCos;
    inputs[Names.querySin] = querySin;
    inputs[Names.keyCos] = query === key ? queryCos : tensor(key.cos);
    inputs[Names.keySin] = query === key ? querySin : tensor(key.sin);
    const local = tables.local?.rows(positions).query;
    if (!local) return;
    inputs[Names.localCos] = tensor(local.cos);
    inputs[Names.localSin] = tensor(local.sin);
  }
}

function hasDims(tensor: Tensor, dims: readonly number[]): boolean {
  return tensor.dims.length === dims.length && dims.every((size, i) => tensor.dims[i] === size);
}

/** @throws PaddockError `bad-request` when tokens do not fit or are not of the vocabulary */
export function checkTokens(ids: readonly number[], cache: Cache, vocabularySize: number): void {
  if (cache.length + ids.length > cache.limit) {
    throw new PaddockError(
      'bad-request',
      `${cache.length + ids.length} tokens do not fit the model's context window of ${cache.limit}.`,
    );
  }
  const wrong = ids.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
  if (wrong >= 0) {
    throw new PaddockError('bad-request', `${ids[wrong]} is not a token; the vocabulary has ${vocabularySize}.`);
  }
}
