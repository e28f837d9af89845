import { CrossNames } from '../graph/encoderDecoder.ts';
import { Names } from '../graph/names.ts';
import type { EncoderDecoderConfig } from '../model/encoderDecoder.ts';
import { AnswerRuntime } from './answerRuntime.ts';
import type { Backend } from './backend.ts';
import { type DecoderImage, loadImage } from './decoderImage.ts';
import { DistanceBiases } from './distanceBiases.ts';
import { checkInput, type EncoderDecoder } from './inputAnswerRuntime.ts';
import type { HeadBias } from './masks.ts';
import type { ModelRuntime } from './modelRuntime.ts';
import type { InferenceSession, Tensor } from './ort.ts';
import { runGraph } from './runGraph.ts';
import { RunQueue } from './runQueue.ts';

/** The learned biases of distances, `[buckets, heads]`, of one side of the model. */
export interface DistanceTables {
  readonly encoder: Float32Array;
  readonly decoder: Float32Array;
}

export interface EncoderDecoderImages {
  readonly encoder: DecoderImage;
  readonly decoder: DecoderImage;
}

/** A T5 model that Paddock built, loaded into onnxruntime: the encoder reads an input, the decoder writes an answer to it. */
export class EncoderDecoderRuntime implements EncoderDecoder {
  readonly config: EncoderDecoderConfig;
  readonly #tables: DistanceTables;
  readonly #backend: Backend;
  readonly #encoder: InferenceSession;
  readonly #decoder: InferenceSession;
  readonly #queue = new RunQueue();

  private constructor(
    config: EncoderDecoderConfig,
    tables: DistanceTables,
    backend: Backend,
    sessions: { encoder: InferenceSession; decoder: InferenceSession },
  ) {
    this.config = config;
    this.#tables = tables;
    this.#backend = backend;
    this.#encoder = sessions.encoder;
    this.#decoder = sessions.decoder;
  }

  /**
   * @param images of the graphs of `config`
   * @param threads of one run
   * @throws PaddockError `runtime` when onnxruntime refuses a graph
   */
  static async create(
    config: EncoderDecoderConfig,
    images: EncoderDecoderImages,
    tables: DistanceTables,
    backend: Backend,
    threads: number,
  ): Promise<EncoderDecoderRuntime> {
    const options = { intraOpNumThreads: threads };
    const encoder = await loadImage(images.encoder, backend.ort, options);
    try {
      const decoder = await loadImage(images.decoder, backend.ort, options);
      return new EncoderDecoderRuntime(config, tables, backend, { encoder, decoder });
    } catch (error) {
      await encoder.release();
      throw error;
    }
  }

  get startToken(): number {
    return this.config.startToken;
  }

  encode(ids: readonly number[]): Promise<ModelRuntime> {
    return this.#queue.enqueue(async () => {
      const { heads, vocabularySize, decoderLayers } = this.config;
      checkInput(ids, vocabularySize);
      const biases = new DistanceBiases(this.config, this.#tables.encoder, 'both ways');
      const mask = encoderMask(heads, ids.length, (head, distance) => biases.of(head, distance));
      const { Tensor } = this.#backend.ort;
      const feeds = {
        [Names.ids]: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
        [Names.mask]: new Tensor('float32', mask, [heads, ids.length, ids.length]),
      };
      const outputs = await runGraph(this.#encoder, feeds, this.#backend.device);
      const names = Array.from({ length: decoderLayers }, (_, layer) => [CrossNames.key(layer), CrossNames.value(layer)]).flat();
      const cross = Object.fromEntries(names.map((name) => [name, outputs[name] as Tensor]));
      return new AnswerRuntime(this.config, this.#tables.decoder, this.#backend, this.#decoder, this.#queue, cross);
    });
  }

  dispose(): Promise<void> {
    return this.#queue.enqueue(async () => {
      await this.#encoder.release();
      await this.#decoder.release();
    });
  }
}

/** What is added to the scores of tokens that all see each other, `[heads, tokens, tokens]`. */
function encoderMask(heads: number, tokens: number, bias: HeadBias): Float32Array {
  const mask = new Float32Array(heads * tokens * tokens);
  for (let head = 0; head < heads; head++) {
    // A row is a view into the biases of all distances, from 1 − tokens on.
    const biases = Float32Array.from({ length: 2 * tokens - 1 }, (_, i) => bias(head, i + 1 - tokens));
    for (let token = 0; token < tokens; token++) {
      mask.set(biases.subarray(tokens - 1 - token, 2 * tokens - 1 - token), (head * tokens + token) * tokens);
    }
  }
  return mask;
}
