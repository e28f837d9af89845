import { typedBetween } from './agreement.ts';
import type { Place } from './context.ts';

/** The most that one outcome moves the offset, in log-odds. About a hundred outcomes make it forget where it began. */
const RATE = 0.05;
/** Bounds the offset, so that no streak of outcomes outweighs the model. */
const MOST = 3;

/** A suggestion that is still undecided: the person may or may not write it. */
interface Open {
  readonly place: Place;
  readonly line: string;
  readonly probability: number;
}

/**
 * How probable it is that the person writes what is suggested, learned from what they write: the log-odds that were fitted for all, and
 * one offset for this person, this model and this code, by gradient descent on the logarithmic loss. Suggestions that are not shown
 * count, too, so that hiding them does not confirm itself.
 */
export class Calibration {
  #offset = 0;
  #open: Open | undefined;

  /** Added to log-odds. */
  get offset(): number {
    return this.#offset;
  }

  probability(logOdds: number): number {
    return 1 / (1 + Math.exp(-logOdds - this.#offset));
  }

  /** Records a suggestion's first line, shown or not, for {@link observe}; no other until that is decided. */
  expect(place: Place, line: string, logOdds: number): void {
    this.#open ??= { place, line, probability: this.probability(logOdds) };
  }

  /** Learns from what stands before the cursor now whether the line that was expected was right. */
  observe(now: Place): void {
    if (!this.#open) return;
    const { place, line, probability } = this.#open;
    const typed = typedBetween(place, now);
    if (typed !== undefined && line.startsWith(typed) && typed !== line) return;
    this.#open = undefined;
    if (typed !== undefined) this.learn(probability, typed.startsWith(line));
  }

  /** Learns from an outcome. @param probability as it was said */
  learn(probability: number, right: boolean): void {
    const moved = this.#offset + RATE * ((right ? 1 : 0) - probability);
    this.#offset = Math.max(-MOST, Math.min(MOST, moved));
  }

  /** Forgets what was learned: another model is right at other places. */
  clear(): void {
    this.#offset = 0;
    this.#open = undefined;
  }
}
