import { PaddockError } from '../errors.ts';
import type { GraphKind } from '../graph/building.ts';
import type { DecoderImage } from './decoderImage.ts';
import type { InferenceSession } from './ort.ts';

/** The kinds of a decoder's graph that are opened only on demand. */
export type OtherKind = Exclude<GraphKind, 'plain' | 'prefill'>;

/** Gives another graph of a loaded decoder, with its weights. @throws PaddockError when the model's files are gone or have changed */
export type OtherImages = (kind: OtherKind) => Promise<DecoderImage>;

/**
 * The sessions of a decoder's other graphs, each opened when it is first needed. One graph for all would cost every step: fed zeros, the
 * steered one takes 11 % longer than the plain one with 10 million parameters, 7 % with 110 million. A session has weights of its own,
 * because onnxruntime repacks them.
 */
export class OtherGraphs {
  readonly #images: OtherImages | undefined;
  readonly #load: (image: DecoderImage, kind: OtherKind) => Promise<InferenceSession>;
  readonly #open = new Map<OtherKind, Promise<InferenceSession>>();

  constructor(images: OtherImages | undefined, load: (image: DecoderImage, kind: OtherKind) => Promise<InferenceSession>) {
    this.#images = images;
    this.#load = load;
  }

  /** Whether there can be any. */
  get possible(): boolean {
    return this.#images !== undefined;
  }

  /** Those that are loaded, or are being loaded. */
  get open(): readonly OtherKind[] {
    return [...this.#open.keys()];
  }

  /** @throws PaddockError `bad-request` where there are none, `runtime`, or as {@link OtherImages}; the next call tries again then */
  session(kind: OtherKind): Promise<InferenceSession> {
    const present = this.#open.get(kind);
    if (present) return present;
    const opening = this.#opened(kind);
    this.#open.set(kind, opening);
    opening.catch(() => this.#open.delete(kind));
    return opening;
  }

  /** Frees a graph. No run of it may be under way. */
  async release(kind: OtherKind): Promise<void> {
    const present = this.#open.get(kind);
    this.#open.delete(kind);
    await (await present?.catch(() => undefined))?.release();
  }

  async dispose(): Promise<void> {
    for (const kind of [...this.#open.keys()]) await this.release(kind);
  }

  async #opened(kind: OtherKind): Promise<InferenceSession> {
    if (!this.#images) {
      throw new PaddockError('bad-request', 'This model runs as its file says; it can neither be steered nor observed.');
    }
    return this.#load(await this.#images(kind), kind);
  }
}
