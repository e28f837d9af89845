import { DataType, type Dimension, OnnxGraph, type Value } from '../../graph/onnx.ts';
import type { ActivationType } from '../../graph/operators.ts';
import type { InferenceSession, Ort, Tensor } from '../ort.ts';

const CACHE = ['batch', 'KV heads', 'capacity', 'head size'];
const LOGITS = [1, 'rows', 'vocabulary'];
/**
 * Options of a graph that Paddock builds for WebGPU. An operator without a kernel for the GPU would run on the CPU, and copy all that it
 * needs there and back at each run.
 */
export const ONLY_ON_DEVICE = { executionProviders: ['webgpu'], extra: { session: { disable_cpu_ep_fallback: '1' } } };
/** Options of a graph whose outputs stay on the device. */
export const ON_DEVICE = { executionProviders: ['webgpu'], preferredOutputLocation: 'gpu-buffer' } as const;

/**
 * Tensors that stay in the memory of the GPU. They are outputs of tiny graphs, the only way onnxruntime allocates such memory both
 * natively and in pages.
 */
export class DeviceTensors {
  readonly #ort: Ort;
  readonly type: ActivationType;
  readonly #zeros: InferenceSession;
  readonly #longer: InferenceSession;
  readonly #rows: InferenceSession;

  private constructor(ort: Ort, type: ActivationType, sessions: readonly InferenceSession[]) {
    this.#ort = ort;
    this.type = type;
    [this.#zeros, this.#longer, this.#rows] = sessions as [InferenceSession, InferenceSession, InferenceSession];
  }

  /** @param type of caches; rows of logits are float32 */
  static async create(ort: Ort, type: ActivationType): Promise<DeviceTensors> {
    const sessions: InferenceSession[] = [];
    for (const graph of [zerosGraph(type, CACHE), longerGraph(type), zerosGraph(DataType.float32, LOGITS)]) {
      sessions.push(await ort.InferenceSession.create(graph, ON_DEVICE));
    }
    return new DeviceTensors(ort, type, sessions);
  }

  get bytesPerElement(): number {
    return this.type === DataType.float16 ? 2 : 4;
  }

  /** A cache of zeros, of four dimensions. */
  zeros(dims: readonly number[]): Promise<Tensor> {
    return this.#output(this.#zeros, { shape: this.#int64(dims) });
  }

  /** Room for rows of logits, `[1, rows, vocabulary]`. */
  logits(rows: number, vocabulary: number): Promise<Tensor> {
    return this.#output(this.#rows, { shape: this.#int64([1, rows, vocabulary]) });
  }

  /** A copy with zeros behind, so that its third axis becomes `size` long; the old tensor is given back. */
  async extended(tensor: Tensor, size: number): Promise<Tensor> {
    const [a, b, c, d] = tensor.dims as [number, number, number, number];
    const longer = await this.#output(this.#longer, { old: tensor, shape: this.#int64([a, b, size - c, d]) });
    tensor.dispose();
    return longer;
  }

  async dispose(): Promise<void> {
    for (const session of [this.#zeros, this.#longer, this.#rows]) await session.release();
  }

  async #output(session: InferenceSession, feeds: Record<string, Tensor>): Promise<Tensor> {
    return (await session.run(feeds)).result as Tensor;
  }

  #int64(values: readonly number[]): Tensor {
    return new this.#ort.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
  }
}

function zeros(graph: OnnxGraph, type: ActivationType): Value {
  const data = type === DataType.float16 ? new Uint16Array(1) : new Float32Array(1);
  return graph.node('Expand', [graph.initializer('zero', type, [1], data), graph.input('shape', DataType.int64, ['rank'])]);
}

function zerosGraph(type: ActivationType, dims: readonly Dimension[]): Uint8Array {
  const graph = new OnnxGraph();
  graph.output(zeros(graph, type), 'result', type, dims);
  return graph.encode();
}

function longerGraph(type: ActivationType): Uint8Array {
  const graph = new OnnxGraph();
  const parts = [graph.input('old', type, CACHE), zeros(graph, type)];
  graph.output(graph.node('Concat', parts, { attributes: { axis: 2 } }), 'result', type, CACHE);
  return graph.encode();
}
