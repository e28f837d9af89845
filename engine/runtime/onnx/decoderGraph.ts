import type { DecoderInterface, IntegerInput, StateBinding } from '../../model/onnx/interface.ts';
import type { Backend } from '../backend.ts';
import type { InferenceSession, Tensor } from '../ort.ts';
import { runGraph } from '../runGraph.ts';
import { DeviceLogits } from '../webgpu/deviceLogits.ts';
import type { States } from './onnxCache.ts';
import { StateCut } from './stateCut.ts';

/** A graph in onnxruntime with the meaning of its inputs and outputs. */
export interface LoadedDecoder {
  readonly session: InferenceSession;
  readonly io: DecoderInterface;
}

/** An encoded input, which every run of the decoder over it sees. */
export interface Encoding {
  readonly states: Tensor;
  readonly tokens: number;
}

export interface GraphRun {
  /** Logits of the last {@link rows} positions, `[rows, vocabulary]`; on a GPU they stay there. Whoever ran the graph frees them. */
  readonly logits: Tensor;
  readonly rows: number;
  readonly vocabulary: number;
  readonly states: States;
}

/**
 * Runs a decoder by the inputs it declares. A decoder may be one graph, one with two branches (for a prompt, and for what follows), or two
 * graphs for the same.
 */
export class DecoderGraph {
  readonly cut: StateCut;
  /** Reads logits that stay on a GPU. */
  readonly logits: DeviceLogits;
  /** Runs have shown that it gives logits of the last position only, whatever is asked. */
  lastOnly = false;
  /** Whether several tokens may follow a cache in one run; undefined until that has been tried. */
  continues: boolean | undefined;
  readonly #backend: Backend;
  readonly #first: LoadedDecoder;
  readonly #next: LoadedDecoder;

  constructor(backend: Backend, first: LoadedDecoder, next: LoadedDecoder | undefined) {
    this.#backend = backend;
    this.cut = new StateCut(backend.ort);
    this.logits = new DeviceLogits(backend.ort);
    this.#first = first;
    this.#next = next ?? first;
    // Where a prompt takes a different path than what follows it, exporters often assumed one token at a time.
    if (!next && first.io.useCache === undefined) this.continues = true;
  }

  /** Keys and values, as the graph that follows a prompt takes them; none where the graphs keep nothing. */
  get states(): readonly StateBinding[] {
    return this.#next.io.states;
  }

  /**
   * @param ids new tokens
   * @param past tokens that `states` hold
   * @param wanted how many of the last positions need logits; there may be more, or fewer when the graph gives only the last
   * @throws PaddockError `runtime`
   */
  async run(ids: readonly number[], past: number, states: States, wanted: number, encoding?: Encoding): Promise<GraphRun> {
    const { session, io } = past === 0 ? this.#first : this.#next;
    const kept = io.states.filter(({ output }) => output !== undefined);
    // The same at each run: onnxruntime-node, with outputs on a GPU, also waits for those of earlier runs.
    const names = [io.logits.name, ...kept.map(({ output }) => output as string)];
    const feeds = this.#feeds(io, ids, past, states, wanted, encoding);
    const outputs = await runGraph(session, feeds, this.#backend.device, names);
    const logits = outputs[io.logits.name] as Tensor;
    const [rows = 0, vocabulary = 0] = logits.dims.slice(-2);
    const next = new Map(states);
    for (const { slot, output, cross } of kept) {
      const found = outputs[output as string] as Tensor;
      // Where there is a cache already, graphs with two branches give something unusable for the encoder's keys and values.
      if (cross && past > 0) found.dispose();
      else next.set(slot, found);
    }
    return { logits, rows, vocabulary, states: next };
  }

  async dispose(): Promise<void> {
    await this.cut.dispose();
    await this.logits.dispose();
    await this.#first.session.release();
    if (this.#next.session !== this.#first.session) await this.#next.session.release();
  }

  #feeds(
    io: DecoderInterface,
    ids: readonly number[],
    past: number,
    states: States,
    wanted: number,
    encoding: Encoding | undefined,
  ): Record<string, Tensor> {
    const { Tensor } = this.#backend.ort;
    const feeds: Record<string, Tensor> = {};
    const give = (input: IntegerInput | undefined, values: readonly number[]) => {
      if (input) feeds[input.name] = integers(Tensor, input, values);
    };
    const total = past + ids.length;
    give(io.ids, ids);
    give(io.mask, new Array<number>(total).fill(1));
    give(
      io.positions,
      Array.from(ids, (_, i) => past + i),
    );
    give(io.keep, [wanted]);
    const lengths = { past, new: ids.length, total, 'total - 1': total - 1 };
    for (const length of io.lengths) give(length, [lengths[length.of]]);
    if (io.useCache !== undefined) feeds[io.useCache] = new Tensor('bool', Uint8Array.of(past > 0 ? 1 : 0), [1]);
    if (encoding && io.encoderStates) feeds[io.encoderStates.name] = feedable(Tensor, encoding.states);
    if (encoding) give(io.encoderMask, new Array<number>(encoding.tokens).fill(1));
    for (const { slot, input, type, shape } of io.states) {
      if (input !== undefined) feeds[input] = feedable(Tensor, states.get(slot) ?? new Tensor(type, emptyData(type), shape));
    }
    return feeds;
  }
}

/** Whole numbers in the type and number of dimensions an input has: one row, or one number. */
export function integers(Tensor: Backend['ort']['Tensor'], { type, rank }: IntegerInput, values: readonly number[]): Tensor {
  const dims = rank === 0 ? [] : [...new Array<number>(rank - 1).fill(1), values.length];
  return type === 'int64'
    ? new Tensor('int64', BigInt64Array.from(values, BigInt), dims)
    : new Tensor('int32', Int32Array.from(values), dims);
}

function emptyData(type: StateBinding['type']): Float32Array {
  // onnxruntime's own types know only integers for float16.
  return (type === 'float32' ? new Float32Array() : new Uint16Array()) as Float32Array;
}

/**
 * A tensor that can be fed. If JavaScript has a Float16Array (Node 24), onnxruntime's JavaScript puts float16 into one, which its native
 * half does not know and takes for empty; it does accept the bits.
 */
function feedable(Tensor: Backend['ort']['Tensor'], tensor: Tensor): Tensor {
  if (tensor.type !== 'float16' || tensor.location !== 'cpu') return tensor;
  const { buffer, byteOffset, length } = tensor.data as Uint16Array;
  const bits = new Uint16Array(buffer, byteOffset, length);
  const copy = new Tensor('float16', bits, tensor.dims);
  return Object.defineProperty(copy, 'data', { value: bits });
}
