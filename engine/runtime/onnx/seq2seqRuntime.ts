import { PaddockError } from '../../errors.ts';
import type { OnnxGraphs } from '../../model/onnx/folder.ts';
import type { Backend } from '../backend.ts';
import { checkInput, type EncoderDecoder } from '../inputAnswerRuntime.ts';
import type { ModelRuntime } from '../modelRuntime.ts';
import type { InferenceSession, Tensor } from '../ort.ts';
import { runGraph } from '../runGraph.ts';
import { RunQueue } from '../runQueue.ts';
import { type DecoderGraph, integers } from './decoderGraph.ts';
import { openGraph } from './graphSession.ts';
import { OnnxFolderRuntime, openDecoder } from './onnxFolderRuntime.ts';

type Encoder = NonNullable<OnnxGraphs['encoder']>;

/** An encoder–decoder pair: the encoder reads an input, the decoder writes an answer from its start token on. */
export class Seq2SeqRuntime implements EncoderDecoder {
  readonly startToken: number;
  readonly #graphs: OnnxGraphs;
  readonly #backend: Backend;
  readonly #encoder: InferenceSession;
  readonly #io: Encoder['io'];
  readonly #decoder: DecoderGraph;
  readonly #queue = new RunQueue();

  private constructor(
    graphs: OnnxGraphs,
    backend: Backend,
    encoder: InferenceSession,
    io: Encoder['io'],
    decoder: DecoderGraph,
    startToken: number,
  ) {
    this.#graphs = graphs;
    this.#backend = backend;
    this.#encoder = encoder;
    this.#io = io;
    this.#decoder = decoder;
    this.startToken = startToken;
  }

  /** @throws PaddockError `runtime` when onnxruntime refuses a graph, `unsupported-model` when there is no encoder */
  static async create(graphs: OnnxGraphs, backend: Backend, threads: number): Promise<Seq2SeqRuntime> {
    const { encoder, settings } = graphs;
    // T5 (Raffel et al. 2020) starts with its padding token, 0; others say theirs.
    const startToken = settings.decoderStartTokenId ?? settings.bosTokenId ?? 0;
    if (!encoder) throw new PaddockError('unsupported-model', `${graphs.decoder.path} has no encoder beside it.`);
    const session = await openGraph(encoder, graphs.folder, backend, threads, [encoder.io.output]);
    try {
      return new Seq2SeqRuntime(graphs, backend, session, encoder.io, await openDecoder(graphs, backend, threads), startToken);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  encode(ids: readonly number[]): Promise<ModelRuntime> {
    return this.#queue.enqueue(async () => {
      const { ids: input, mask, output } = this.#io;
      checkInput(ids, this.#graphs.vocabularySize);
      const { Tensor } = this.#backend.ort;
      const feeds: Record<string, Tensor> = { [input.name]: integers(Tensor, input, ids) };
      if (mask) feeds[mask.name] = integers(Tensor, mask, new Array<number>(ids.length).fill(1));
      const outputs = await runGraph(this.#encoder, feeds, this.#backend.device, [output]);
      const states = outputs[output] as Tensor;
      return new OnnxFolderRuntime({
        backend: this.#backend,
        graph: this.#decoder,
        graphs: this.#graphs,
        queue: this.#queue,
        encoding: { states, tokens: ids.length },
        dispose: async () => states.dispose(),
      });
    });
  }

  dispose(): Promise<void> {
    return this.#queue.enqueue(async () => {
      await this.#encoder.release();
      await this.#decoder.dispose();
    });
  }
}
