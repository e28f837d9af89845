import { DataType, OnnxGraph } from '../../graph/onnx.ts';
import type { FloatType } from '../../model/onnx/interface.ts';
import type { InferenceSession, Ort, Tensor } from '../ort.ts';
import { ON_DEVICE } from '../webgpu/deviceTensors.ts';

/** Keeps the first tokens of keys or values, in the memory they are in. */
export class StateCut {
  readonly #ort: Ort;
  /** Graphs that do it on a GPU, by the type and dimensions of what they cut. */
  readonly #graphs = new Map<string, InferenceSession>();

  constructor(ort: Ort) {
    this.#ort = ort;
  }

  /**
   * The first tokens. In the processor's memory they are moved together, and the tensor must not be used any more.
   * @param axis of the tokens
   */
  cut(tensor: Tensor, axis: number, length: number): Promise<Tensor> {
    return tensor.location === 'cpu' ? this.#inPlace(tensor, axis, length) : this.#onDevice(tensor, axis, length);
  }

  async dispose(): Promise<void> {
    for (const graph of this.#graphs.values()) await graph.release();
    this.#graphs.clear();
  }

  async #inPlace(tensor: Tensor, axis: number, length: number): Promise<Tensor> {
    const { dims, type } = tensor;
    // Float16 may be its own array type or whole numbers.
    const data = tensor.data as Float32Array | Uint16Array;
    const inner = product(dims.slice(axis + 1));
    const [from, to] = [(dims[axis] as number) * inner, length * inner];
    const rows = product(dims.slice(0, axis));
    for (let row = 1; row < rows; row++) data.copyWithin(row * to, row * from, row * from + to);
    const left = data.subarray(0, rows * to);
    return new this.#ort.Tensor(type as 'float32', left as Float32Array, [
      ...dims.slice(0, axis),
      length,
      ...dims.slice(axis + 1),
    ]);
  }

  async #onDevice(tensor: Tensor, axis: number, length: number): Promise<Tensor> {
    const { dims, type } = tensor;
    const key = `${type} ${dims.length} ${axis}`;
    const graph =
      this.#graphs.get(key) ??
      (await this.#ort.InferenceSession.create(cutGraph(type as FloatType, dims.length, axis), ON_DEVICE));
    this.#graphs.set(key, graph);
    const { result } = await graph.run({ states: tensor, length: new this.#ort.Tensor('int64', [BigInt(length)], [1]) });
    return result as Tensor;
  }
}

function cutGraph(type: FloatType, rank: number, axis: number): Uint8Array {
  const graph = new OnnxGraph();
  const dims = Array.from({ length: rank }, (_, i) => `size ${i}`);
  const int64 = (name: string, value: number) => graph.initializer(name, DataType.int64, [1], BigInt64Array.of(BigInt(value)));
  const states = graph.input('states', DataType[type], dims);
  const length = graph.input('length', DataType.int64, [1]);
  const cut = graph.node('Slice', [states, int64('zero', 0), length, int64('axis', axis)]);
  graph.output(cut, 'result', DataType[type], dims.with(axis, 'length'));
  return graph.encode();
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
