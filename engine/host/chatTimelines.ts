import { PaddockError } from '../errors.ts';
import { checkMemory } from '../generate/memory.ts';
import type { LanguageModel } from '../generate/model.ts';
import type { RopeScaling } from '../model/config.ts';
import type { Session, SessionOptions } from '../session/session.ts';

/** How conversations use a model's context. */
export interface WindowUse {
  /** Tokens; 0 is what the model is open with. With another scaling it may be more than the model was trained on. */
  readonly window: number;
  /** Instead of the model's own. */
  readonly scaling?: RopeScaling;
  /** Whether the window slides on when it is full, its first tokens kept (Xiao et al. 2024). */
  readonly slides: boolean;
}

/** First tokens that stay in a sliding window; Xiao et al. found four to be enough. */
const SINKS = 4;

/** The timeline of conversations over each model. Another use of the window is another timeline, and never loads the model again. */
export class ChatTimelines {
  readonly #timelines = new WeakMap<LanguageModel, { readonly use: string; readonly session: Session }>();

  /** Tokens of context that a use comes to. */
  windowOf(model: LanguageModel, { window }: WindowUse): number {
    return window > 0 ? window : model.window;
  }

  /** Tokens that the timeline over a model holds. */
  held(model: LanguageModel): number {
    return this.#timelines.get(model)?.session.visible.length ?? 0;
  }

  /**
   * @param free bytes that the model with its timeline may take
   * @throws PaddockError `not-enough-memory` with the largest window that fits, `bad-request` for a use that the model does not have; the
   * timeline there was stays
   */
  timeline(model: LanguageModel, use: WindowUse, free: number): Session {
    const present = this.#timelines.get(model);
    const name = JSON.stringify([use.window, use.scaling, use.slides]);
    if (present?.use === name) return present.session;
    const window = this.windowOf(model, use);
    if (window < 1) throw new PaddockError('bad-request', 'A window has at least one token.');
    checkMemory(model.memory(window), free, (tokens) => model.memory(tokens));
    const options: SessionOptions = { window, ...(use.scaling && { scaling: use.scaling }), ...(use.slides && { sinks: SINKS }) };
    const session = model.newSession(options);
    present?.session.evict();
    this.#timelines.set(model, { use: name, session });
    return session;
  }
}
