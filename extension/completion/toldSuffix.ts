import { typedBetween } from './agreement.ts';
import type { Place } from './context.ts';

/** Most characters that may precede the suffix given to the model. */
const MOST_UNTOLD = 64;

/**
 * The suffix given to the model: the one from where the person began to type, as long as only brackets, quotes and line breaks inserted
 * by the editor have come before it. For a family that reads the suffix first, each such bracket would otherwise change the prompt from
 * its beginning. What the model closes itself is cut by the filters, or replaces the editor's brackets.
 */
export class ToldSuffix {
  #place: Place | undefined;

  /**
   * The suffix to give at a place.
   * @param isAhead whether the person is not there yet, and may never be
   */
  at(place: Place, isAhead = false): string {
    const began = this.#place;
    const isSame = began && place.suffix.length - began.suffix.length <= MOST_UNTOLD && typedBetween(began, place) !== undefined;
    if (isSame) return began.suffix;
    if (!isAhead) this.#place = place;
    return place.suffix;
  }

  /** Starts over at the next place. */
  forget(): void {
    this.#place = undefined;
  }
}
