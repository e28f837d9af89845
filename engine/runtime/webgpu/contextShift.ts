import { DataType, OnnxGraph, type Value } from '../../graph/onnx.ts';
import { type ActivationType, Operators } from '../../graph/operators.ts';
import type { InferenceSession, Ort, Tensor } from '../ort.ts';
import type { RotaryTurn } from '../rotary.ts';
import { ON_DEVICE } from './deviceTensors.ts';

/** Slots `[start, end)` that go, of a cache in which the first `length` are in use. */
export interface Gap {
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

const CACHE = [1, 'KV heads', 'capacity', 'head size'] as const;

/** Closes gaps in caches on a GPU, without a copy to JavaScript. Keys behind the gap are turned back by its size on the way. */
export class ContextShift {
  readonly #ort: Ort;
  readonly #moving: InferenceSession;
  readonly #turning: InferenceSession;

  private constructor(ort: Ort, moving: InferenceSession, turning: InferenceSession) {
    this.#ort = ort;
    this.#moving = moving;
    this.#turning = turning;
  }

  /**
   * @param headSize numbers of a head
   * @param rotated how many of them turn
   */
  static async create(ort: Ort, type: ActivationType, headSize: number, rotated: number): Promise<ContextShift> {
    const create = (turned: number) => ort.InferenceSession.create(graph(type, headSize, turned), ON_DEVICE);
    return new ContextShift(ort, await create(0), await create(rotated));
  }

  /** @returns the cache without the gap, in a buffer of the same size; the old one is given back */
  async close(cache: Tensor, gap: Gap, turn?: RotaryTurn): Promise<Tensor> {
    const [, , capacity] = cache.dims as [number, number, number, number];
    const { start, end, length } = gap;
    const int64 = (values: number[]) => new this.#ort.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
    const feeds = {
      cache,
      // The content beyond the slots in use is meaningless; it only fills the buffer.
      before: int64([start]),
      from: int64([end]),
      to: int64([length]),
      rest: int64([length - (end - start)]),
      capacity: int64([capacity]),
    };
    const row = (values: Float64Array) => new this.#ort.Tensor('float32', Float32Array.from(values), [values.length]);
    const { result } = turn
      ? await this.#turning.run({ ...feeds, cos: row(turn.cos), sin: row(turn.sin) })
      : await this.#moving.run(feeds);
    cache.dispose();
    return result as Tensor;
  }

  async dispose(): Promise<void> {
    await this.#moving.release();
    await this.#turning.release();
  }
}

function graph(type: ActivationType, headSize: number, rotated: number): Uint8Array {
  const op = new Operators(new OnnxGraph(), 'webgpu', type);
  const { graph: onnx } = op;
  const cache = onnx.input('cache', type, CACHE);
  const [before, from, to, rest, capacity] = ['before', 'from', 'to', 'rest', 'capacity'].map((name) =>
    onnx.input(name, DataType.int64, [1]),
  ) as [Value, Value, Value, Value, Value];
  const slots = (start: Value, end: Value) => onnx.node('Slice', [cache, start, end, op.int64([2])]);
  const moved = slots(from, to);
  const turned = rotated === 0 ? moved : turn(op, moved, headSize, rotated);
  onnx.output(op.concat([slots(op.int64([0]), before), turned, slots(rest, capacity)], 2), 'result', type, CACHE);
  return onnx.encode();
}

/** (a, b) → (a cos − b sin, b cos + a sin) for the halves of what turns of each head. */
function turn(op: Operators, keys: Value, headSize: number, rotated: number): Value {
  const half = rotated / 2;
  const table = (name: string) => op.activation(op.graph.input(name, DataType.float32, [half]));
  const [cos, sin] = [table('cos'), table('sin')];
  const rest = headSize - rotated;
  const sizes = rest > 0 ? [half, half, rest] : [half, half];
  const [a, b, still] = op.split(keys, op.int64(sizes), sizes.length, 3) as [Value, Value, Value | undefined];
  const first = op.graph.node('Sub', [op.multiply(a, cos), op.multiply(b, sin)]);
  const second = op.add(op.multiply(b, cos), op.multiply(a, sin));
  return op.concat([first, second, ...(still ? [still] : [])], 3);
}
