import { CompletionCache } from './cache.ts';
import type { Computed } from './computation.ts';
import type { CursorContext, Place } from './context.ts';
import { refit } from './postprocess.ts';
import type { SilenceReason } from './silence.ts';

/** A line of which nothing can be shown. */
interface Refused {
  /** All that the model said. */
  readonly text: string;
  readonly silence: SilenceReason;
}

/** The rest of a word, and more of the same word. */
const AMID_WORD = /^[\p{L}\p{N}_$]*$/u;

/**
 * Lines of which nothing could be shown, a loop that ran to the limit of tokens above all. Who types one along is told the same again as
 * long as they are amid its first word, and the model is not asked: a word that the cursor cuts is taken back, so it would go on from the
 * same place and choose the same. Behind the word it goes on from another, and says something else often enough. Blocks are not
 * remembered, since amid their lines something else is asked for.
 */
export class Refusals {
  readonly #cache = new CompletionCache<Refused>();

  /** Notes what one line came to. */
  note(place: Place, { text, fitted }: Computed): void {
    if ('silence' in fitted) this.#cache.set(place, { text, silence: fitted.silence });
  }

  /** Why nothing can be shown here, as far as that is known. */
  at(context: CursorContext): SilenceReason | undefined {
    const found = this.#cache.get(context);
    if (!found) return undefined;
    const { text, silence } = found.known;
    if (found.typed > 0 && !AMID_WORD.test(text.slice(0, found.typed + 1))) return undefined;
    // What the document held already may stand no more beside what is left.
    if (silence === 'repeats-document' && 'text' in refit(text.slice(found.typed), context)) return undefined;
    return silence;
  }

  clear(): void {
    this.#cache.clear();
  }
}
