import { typedBetween } from './agreement.ts';
import type { Place } from './context.ts';

/** Characters that may stand before what the model is told of, at most. */
const MOST_UNTOLD = 64;

/**
 * What the model is told of the text after the cursor: that of the place where the person began to type, as long as nothing but brackets,
 * quotes and line breaks has come before it that the editor closes by itself. For a family that reads the suffix first, each bracket would
 * otherwise be another prompt from its beginning on. What the model closes for its part is cut by the filters or stands in their place.
 */
export class ToldSuffix {
  #place: Place | undefined;

  /**
   * The suffix to tell at a place.
   * @param isAhead whether the person is not there yet, and may never be
   */
  at(place: Place, isAhead = false): string {
    const began = this.#place;
    const isSame = began && place.suffix.length - began.suffix.length <= MOST_UNTOLD && typedBetween(began, place) !== undefined;
    if (isSame) return began.suffix;
    if (!isAhead) this.#place = place;
    return place.suffix;
  }

  /** Begins anew, at the next place. */
  forget(): void {
    this.#place = undefined;
  }
}
