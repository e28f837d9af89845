import { CrossNames } from '../graph/encoderDecoder.ts';
import { Names } from '../graph/names.ts';
import { answeringConfig, type EncoderDecoderConfig } from '../model/encoderDecoder.ts';
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
import { onThreads } from './threads.ts';
import { ON_DEVICE, ONLY_ON_DEVICE } from './webgpu/deviceTensors.ts';
import { gpuAnswerRuntime } from './webgpu/gpuAnswerRuntime.ts';
import { GpuDecoderRuntime } from './webgpu/gpuDecoderRuntime.ts';

/** The learned biases of distances, `[buckets, heads]`, of one side of the model. */
export interface DistanceTables {
  readonly encoder: Float32Array;
  readonly decoder: Float32Array;
}

export interface EncoderDecoderImages {
  readonly encoder: DecoderImage;
  readonly decoder: DecoderImage;
}

/** The loaded decoder. */
interface Answering {
  /** @param cross what the encoder gave for an input, by the names that the decoder's graph has for it */
  over(cross: Record<string, Tensor>): ModelRuntime;
  dispose(): Promise<void>;
}

/** A T5 model that Paddock built, loaded into onnxruntime: the encoder reads an input, the decoder writes an answer to it. */
export class EncoderDecoderRuntime implements EncoderDecoder {
  readonly config: EncoderDecoderConfig;
  readonly #tables: DistanceTables;
  readonly #backend: Backend;
  readonly #encoder: InferenceSession;
  readonly #decoder: Answering;
  readonly #queue: RunQueue;

  private constructor(
    config: EncoderDecoderConfig,
    tables: DistanceTables,
    backend: Backend,
    loaded: { encoder: InferenceSession; decoder: Answering; queue: RunQueue },
  ) {
    this.config = config;
    this.#tables = tables;
    this.#backend = backend;
    this.#encoder = loaded.encoder;
    this.#decoder = loaded.decoder;
    this.#queue = loaded.queue;
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
    const options = backend.adapter ? { ...ON_DEVICE, ...ONLY_ON_DEVICE } : onThreads(threads);
    const encoder = await loadImage(images.encoder, backend.ort, options);
    const queue = new RunQueue();
    try {
      const load = backend.adapter ? loadOnGpu : loadOnCpu;
      const decoder = await load(config, images.decoder, tables.decoder, { backend, threads, queue });
      return new EncoderDecoderRuntime(config, tables, backend, { encoder, decoder, queue });
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
      return this.#decoder.over(Object.fromEntries(names.map((name) => [name, outputs[name] as Tensor])));
    });
  }

  async dispose(): Promise<void> {
    await this.#queue.enqueue(() => this.#encoder.release());
    await this.#decoder.dispose();
  }
}

interface Place {
  readonly backend: Backend;
  readonly threads: number;
  readonly queue: RunQueue;
}

async function loadOnCpu(
  config: EncoderDecoderConfig,
  image: DecoderImage,
  table: Float32Array,
  { backend, threads, queue }: Place,
): Promise<Answering> {
  const session = await loadImage(image, backend.ort, onThreads(threads));
  return {
    over: (cross) => new AnswerRuntime(config, table, backend, session, queue, cross),
    dispose: () => queue.enqueue(() => session.release()),
  };
}

/** Activations are float32: T5's, trained in bfloat16, outgrow float16. */
async function loadOnGpu(
  config: EncoderDecoderConfig,
  image: DecoderImage,
  table: Float32Array,
  { backend, queue }: Place,
): Promise<Answering> {
  const longestRun = backend.adapter?.longestRun ?? 1;
  const options = { longestRun, halfPrecision: false, queue };
  const decoder = await GpuDecoderRuntime.create(answeringConfig(config), image, backend, options);
  return {
    over: (cross) => gpuAnswerRuntime(config, table, backend.ort, decoder, queue, cross),
    dispose: () => decoder.dispose(),
  };
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
