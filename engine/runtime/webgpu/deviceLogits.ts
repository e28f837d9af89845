import { DataType, OnnxGraph } from '../../graph/onnx.ts';
import { Operators } from '../../graph/operators.ts';
import type { FloatType } from '../../model/onnx/interface.ts';
import type { TopLogits } from '../modelRuntime.ts';
import type { InferenceSession, Ort, Tensor } from '../ort.ts';
import { runGraph } from '../runGraph.ts';
import { ONLY_ON_DEVICE } from './deviceTensors.ts';

/**
 * What comes back of logits that stay on a GPU: of a vocabulary of 150 000 tokens a row has 600 KB, and a graph that is not Paddock's gives
 * a row for every token of a prompt.
 */
export class DeviceLogits {
  readonly #ort: Ort;
  /** By what they find, and the type and dimensions of the logits. */
  readonly #graphs = new Map<string, InferenceSession>();

  constructor(ort: Ort) {
    this.#ort = ort;
  }

  /**
   * @param logits float32 or float16, `[…, positions, vocabulary]`; the batch is 1
   * @param positions ascending
   * @returns `[positions, vocabulary]`
   */
  async rows(logits: Tensor, positions: readonly number[]): Promise<Float32Array> {
    const [rows] = await this.#run('rows', logits, positions, {});
    return rows as Float32Array;
  }

  /** The `count` largest logits of each position, best first, and of equals the lower tokens. @param logits as {@link rows} */
  async top(logits: Tensor, positions: readonly number[], count: number): Promise<TopLogits[]> {
    const size = Math.min(count, logits.dims.at(-1) as number);
    const found = await this.#run('top', logits, positions, { count: this.#int64([size]) });
    const [best, tokens, sums] = found as [Float32Array, BigInt64Array, Float32Array];
    return positions.map((_, row) => {
      const [start, end] = [row * size, (row + 1) * size];
      return {
        tokens: Int32Array.from(tokens.subarray(start, end), Number),
        logits: best.subarray(start, end),
        logSumExp: sums[row] as number,
      };
    });
  }

  async dispose(): Promise<void> {
    for (const graph of this.#graphs.values()) await graph.release();
    this.#graphs.clear();
  }

  /** @returns the graph's outputs in their order */
  async #run(
    what: 'rows' | 'top',
    logits: Tensor,
    positions: readonly number[],
    feeds: Record<string, Tensor>,
  ): Promise<Tensor['data'][]> {
    const { type, dims } = logits;
    const key = `${what} ${type} ${dims.length}`;
    const graph =
      this.#graphs.get(key) ??
      (await this.#ort.InferenceSession.create(logitsGraph(what, type as FloatType, dims.length), ONLY_ON_DEVICE));
    this.#graphs.set(key, graph);
    const outputs = await runGraph(graph, { logits, positions: this.#int64(positions), ...feeds }, 'webgpu');
    return graph.outputNames.map((name) => (outputs[name] as Tensor).data);
  }

  #int64(values: readonly number[]): Tensor {
    return new this.#ort.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
  }
}

function logitsGraph(what: 'rows' | 'top', type: FloatType, rank: number): Uint8Array {
  const graph = new OnnxGraph();
  const batch = new Array<number>(rank - 2).fill(1);
  const given = graph.input('logits', DataType[type], [...batch, 'all', 'vocabulary']);
  const positions = graph.input('positions', DataType.int64, ['positions']);
  const gathered = graph.node('Gather', [given, positions], { attributes: { axis: rank - 2 } });
  const rows = graph.node('Cast', [gathered], { attributes: { to: DataType.float32 } });
  if (what === 'rows') {
    graph.output(rows, 'rows', DataType.float32, [...batch, 'positions', 'vocabulary']);
    return graph.encode();
  }
  const op = new Operators(graph, 'webgpu');
  const [best, tokens] = op.largest(rows, graph.input('count', DataType.int64, [1]));
  graph.output(best, 'best', DataType.float32, [...batch, 'positions', 'count']);
  graph.output(tokens, 'tokens', DataType.int64, [...batch, 'positions', 'count']);
  const sum = op.logSumExp(rows, graph.node('ReduceMax', [rows, op.int64([-1])]));
  graph.output(sum, 'sum', DataType.float32, [...batch, 'positions', 1]);
  return graph.encode();
}
