import { PaddockError } from '../errors.ts';
import { CrossNames } from '../graph/encoderDecoder.ts';
import { Names } from '../graph/names.ts';
import type { EncoderDecoderConfig } from '../model/encoderDecoder.ts';
import { AnswerRuntime, runGraph } from './answerRuntime.ts';
import type { Backend } from './backend.ts';
import { type DecoderImage, loadImage } from './decoderImage.ts';
import { DistanceBiases } from './distanceBiases.ts';
import type { ModelRuntime } from './modelRuntime.ts';
import type { InferenceSession, Tensor } from './ort.ts';
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
export class EncoderDecoderRuntime {
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

  /** The token every answer starts with. */
  get startToken(): number {
    return this.config.startToken;
  }

  /**
   * Reads an input.
   * @param ids its tokens, the end token included where the model was trained with one
   * @returns the decoder over this input, a model of its own: its timeline is the answer, from {@link startToken} on. Disposing it
   *   forgets the input only.
   * @throws PaddockError `runtime`, or `bad-request` when there are no tokens or they are not of the vocabulary
   */
  encode(ids: readonly number[]): Promise<ModelRuntime> {
    return this.#queue.enqueue(async () => {
      const { heads, vocabularySize, decoderLayers } = this.config;
      const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
      if (ids.length === 0 || wrong !== undefined) {
        throw new PaddockError('bad-request', wrong === undefined ? 'There is nothing to encode.' : `${wrong} is not a token.`);
      }
      const biases = new DistanceBiases(this.config, this.#tables.encoder, 'both ways');
      const mask = new Float32Array(heads * ids.length ** 2);
      let at = 0;
      for (let head = 0; head < heads; head++) {
        for (let here = 0; here < ids.length; here++) {
          for (let there = 0; there < ids.length; there++) mask[at++] = biases.of(head, there - here);
        }
      }
      const { Tensor } = this.#backend.ort;
      const feeds = {
        [Names.ids]: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
        [Names.mask]: new Tensor('float32', mask, [heads, ids.length, ids.length]),
      };
      const outputs = await runGraph(this.#encoder, feeds);
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
