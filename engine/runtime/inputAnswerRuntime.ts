import { PaddockError } from '../errors.ts';
import type { Backend } from './backend.ts';
import type { Batch, Cache, CacheOptions, LogitRow, ModelRuntime, TopLogits } from './modelRuntime.ts';
import { runTop, topOf } from './topLogits.ts';

/** An encoder–decoder: reads an input, and returns the decoder over it, whose timeline begins with the start token. */
export interface EncoderDecoder {
  /** The token every answer starts with. */
  readonly startToken: number;
  /**
   * Reads an input.
   * @param ids its tokens, the end token included where the model was trained with one
   * @returns the decoder over this input, a model of its own: its timeline is the answer, from {@link startToken} on. Disposing it
   *   forgets the input only.
   * @throws PaddockError `runtime`, or `bad-request` when there are no tokens or they are not of the vocabulary
   */
  encode(ids: readonly number[]): Promise<ModelRuntime>;
  dispose(): Promise<void>;
}

/** @throws PaddockError `bad-request` when there are no tokens to encode or they are not of the vocabulary */
export function checkInput(ids: readonly number[], vocabularySize: number): void {
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
  if (ids.length > 0 && wrong === undefined) return;
  throw new PaddockError('bad-request', wrong === undefined ? 'There is nothing to encode.' : `${wrong} is not a token.`);
}

/** The timeline of an input and its answer. */
class InputAnswerCache implements Cache {
  readonly limit: number;
  /** Tokens of the input so far. */
  readonly input: number[] = [];
  /** The decoder over the input, once the answer has begun, and its cache. */
  answer: { readonly runtime: ModelRuntime; readonly cache: Cache } | undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  get length(): number {
    return this.input.length + (this.answer?.cache.length ?? 0);
  }

  get bytes(): number {
    return this.answer?.cache.bytes ?? 0;
  }

  truncate(length: number): void {
    if (this.answer && length > this.input.length) this.answer.cache.truncate(length - this.input.length);
    else this.#forgetAnswer();
    this.input.length = Math.min(this.input.length, length);
  }

  keep(): void {
    throw new PaddockError('bad-request', 'An encoder–decoder has no branches.');
  }

  discard(): void {
    throw new PaddockError('bad-request', 'The input of an encoder–decoder cannot slide.');
  }

  dispose(): void {
    this.#forgetAnswer();
    this.input.length = 0;
  }

  #forgetAnswer(): void {
    this.answer?.cache.dispose();
    void this.answer?.runtime.dispose();
    this.answer = undefined;
  }
}

/**
 * An encoder–decoder as a model like any other. Its timeline is the input, then the start token, then the answer: tokens before the first
 * start token are collected, and read by the encoder when the answer begins. Logits of the input's tokens are zero.
 */
export class InputAnswerRuntime implements ModelRuntime {
  readonly vocabularySize: number;
  /** Of the input and of the answer each. */
  readonly contextLength: number;
  readonly canBranch = false;
  readonly canDiscard = false;
  readonly cacheBytesPerToken = 0;
  readonly pair: EncoderDecoder;
  /** On a GPU alone, where the decoders of {@link pair} have it. */
  readonly runTop?: NonNullable<ModelRuntime['runTop']>;
  /** Of the decoder that ran last. */
  #decoder: ModelRuntime | undefined;

  constructor(
    pair: EncoderDecoder,
    { device }: Pick<Backend, 'device'>,
    config: { readonly vocabularySize: number; readonly contextLength: number },
  ) {
    this.pair = pair;
    this.vocabularySize = config.vocabularySize;
    this.contextLength = config.contextLength;
    if (device === 'webgpu') this.runTop = (batch, cache, count) => this.#runTop(batch, cache as InputAnswerCache, count);
  }

  get runCosts(): readonly number[] | undefined {
    return this.#decoder?.runCosts;
  }

  newCache({ window = this.contextLength }: CacheOptions = {}): InputAnswerCache {
    return new InputAnswerCache(2 * window);
  }

  async run(batch: Batch, cache: InputAnswerCache): Promise<LogitRow[]> {
    let found: readonly LogitRow[] = [];
    await this.#advance(batch, cache, async (decoder, answer, answerCache) => {
      found = await decoder.run(answer, answerCache);
    });
    const ofInput = batch.rows.slice(found.length).map(() => ({ logits: new Float32Array(this.vocabularySize) }));
    return [...ofInput, ...found];
  }

  async #runTop(batch: Batch, cache: InputAnswerCache, count: number): Promise<TopLogits[]> {
    let found: readonly TopLogits[] = [];
    await this.#advance(batch, cache, async (decoder, answer, answerCache) => {
      found = await runTop(decoder, answer, answerCache, count);
    });
    const ofInput = batch.rows.slice(found.length).map(() => topOf(new Float32Array(this.vocabularySize), count));
    return [...ofInput, ...found];
  }

  /** @param run is given what of the batch is of the answer, and the decoder to run it by; not called if there is none */
  async #advance(
    { ids, rows }: Batch,
    cache: InputAnswerCache,
    run: (decoder: ModelRuntime, answer: Batch, answerCache: Cache) => Promise<void>,
  ): Promise<void> {
    if (cache.length + ids.length > cache.limit) {
      throw new PaddockError('bad-request', `${cache.length + ids.length} tokens do not fit the window of ${cache.limit}.`);
    }
    const begins = cache.answer ? 0 : ids.indexOf(this.pair.startToken);
    const inputs = begins < 0 ? ids.length : begins;
    const answer = ids.slice(inputs);
    if (answer.length === 0) {
      cache.input.push(...ids);
      return;
    }
    const input = [...cache.input, ...ids.slice(0, inputs)];
    const runtime = cache.answer?.runtime ?? (await this.pair.encode(input));
    const answerCache = cache.answer?.cache ?? runtime.newCache();
    const answerRows = rows.filter((row) => row >= inputs).map((row) => row - inputs);
    this.#decoder = runtime;
    await run(runtime, { ids: answer, rows: answerRows }, answerCache);
    cache.input.splice(0, cache.input.length, ...input);
    cache.answer = { runtime, cache: answerCache };
  }

  dispose(): Promise<void> {
    return this.pair.dispose();
  }
}
