import { CompletionCache } from './cache.ts';
import type { Computed } from './computation.ts';
import type { CursorContext, Place } from './context.ts';
import { refit } from './postprocess.ts';
import type { SilenceReason } from './silence.ts';

/** A line that cannot be shown at all. */
interface SilentLine {
  /** All that the model said. */
  readonly text: string;
  readonly silence: SilenceReason;
}

/** The rest of a word, and more of the same word. */
const AMID_WORD = /^[\p{L}\p{N}_$]*$/u;

/**
 * Lines of which nothing could be shown, mostly loops that ran to the token limit. While the person types along within such a line's
 * first word, the same result is returned without asking the model: token healing takes the split word back, so the model would continue
 * from the same place and choose the same. After the word it continues from another place and often says something else. Blocks are not
 * remembered, because in the middle of their lines something else is requested.
 */
export class NegativeCache {
  readonly #cache = new CompletionCache<SilentLine>();

  /** Records the result of one line. */
  note(place: Place, { text, fitted }: Computed): void {
    if ('silence' in fitted) this.#cache.set(place, { text, silence: fitted.silence });
  }

  /** Why nothing can be shown here, as far as that is known. */
  at(context: CursorContext): SilenceReason | undefined {
    const found = this.#cache.get(context);
    if (!found) return undefined;
    const { text, silence } = found.known;
    if (found.typed > 0 && !AMID_WORD.test(text.slice(0, found.typed + 1))) return undefined;
    // Text that the document already held may no longer be next to what is left.
    if (silence === 'repeats-document' && 'text' in refit(text.slice(found.typed), context)) return undefined;
    return silence;
  }

  clear(): void {
    this.#cache.clear();
  }
}
