import { PaddockError } from '../errors.ts';
import type { LanguageModel } from '../generate/model.ts';
import type { RopeScaling } from '../model/config.ts';
import type { Session, SessionOptions } from '../session/session.ts';
import type { NamedSteering } from './directionFiles.ts';
import { checkFits } from './modelMemory.ts';

/** How conversations use a model's context. */
export interface WindowUse {
  /** Tokens; 0 is what the model is open with. With another scaling it may be more than the model was trained on. */
  readonly window: number;
  /** Instead of the model's own. */
  readonly scaling?: RopeScaling;
  /** First tokens that are kept while the window slides on when it is full (Xiao et al. 2024); absent, it does not slide. */
  readonly sinks?: number;
}

/**
 * The timeline of conversations over each model. Another use of the window, or other steering, makes another timeline without reloading
 * the model; only the first steering opens another graph.
 */
export class ChatTimelines {
  readonly #timelines = new WeakMap<LanguageModel, { readonly use: string; readonly session: Session }>();

  /** The timeline over a model, if there is one. */
  of(model: LanguageModel): Session | undefined {
    return this.#timelines.get(model)?.session;
  }

  /**
   * @param free bytes that the model with its timeline may take
   * @param steered how the conversation is steered; not where absent
   * @throws PaddockError `not-enough-memory` with the largest window that fits, `bad-request` for a use that the model does not have; the
   * timeline there was stays
   */
  timeline(model: LanguageModel, use: WindowUse, free: number, steered?: NamedSteering): Session {
    const present = this.#timelines.get(model);
    const name = JSON.stringify([use.window, use.scaling, use.sinks, steered?.name]);
    if (present?.use === name) return present.session;
    const window = windowOf(model, use);
    if (window < 1) throw new PaddockError('bad-request', 'A window has at least one token.');
    checkFits(model, window, free, steered ? ['steered'] : []);
    const session = model.newSession({ ...timelineOf(use, window), ...(steered && { steering: steered.steering }) });
    present?.session.evict();
    this.#timelines.set(model, { use: name, session });
    return session;
  }
}

/** The timeline that a use of so many tokens is. */
export function timelineOf({ scaling, sinks }: WindowUse, window: number): SessionOptions {
  return { window, ...(scaling && { scaling }), ...(sinks !== undefined && { sinks }) };
}

/** Tokens of context that a use comes to. */
export function windowOf(model: Pick<LanguageModel, 'window'>, { window }: WindowUse): number {
  return window > 0 ? window : model.window;
}
