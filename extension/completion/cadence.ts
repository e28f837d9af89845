import type { CursorContext } from './context.ts';

/** Number of last gaps between keystrokes that count, and how many are needed before their mean replaces {@link FIRST_GUESS}. */
const MOST_GAPS = 100;
const FEWEST_GAPS = 20;
/** In milliseconds. A longer gap is a pause for thought and says nothing about the speed of typing. */
const LONGEST_GAP = 400;
const FIRST_GUESS = 200;

/** Answers of the engine whose time is remembered. */
const MOST_ANSWERS = 20;

/** Bounds of the wait, in milliseconds. */
const FLOOR = 60;
const CEILING = 1_000;

/**
 * How many mean gaps to wait, amid a word and at the likeliest place for a suggestion. Half of what Tabby takes, which asks a server: here
 * a computation that is not wanted any more ends within one step, and one that the typing agrees with goes on.
 */
const MOST_PATIENT = 1.5;
const LEAST_PATIENT = 0.75;

/** How fast the person has recently typed and the engine answered. */
export class Cadence {
  readonly #gaps: number[] = [];
  readonly #answers: number[] = [];
  #last = Number.NEGATIVE_INFINITY;

  /** Notes a keystroke. @param now milliseconds of any clock that only goes forward */
  keystroke(now: number): void {
    const gap = now - this.#last;
    this.#last = now;
    if (gap <= LONGEST_GAP) push(this.#gaps, gap, MOST_GAPS);
  }

  /** Notes how long the engine took for an answer, in milliseconds. */
  answered(ms: number): void {
    push(this.#answers, ms, MOST_ANSWERS);
  }

  /** Mean time between two keystrokes, in milliseconds. */
  get gapMs(): number {
    return this.#gaps.length < FEWEST_GAPS ? FIRST_GUESS : mean(this.#gaps);
  }

  /** Mean time of an answer, in milliseconds; 0 before the first. */
  get answerMs(): number {
    return this.#answers.length === 0 ? 0 : mean(this.#answers);
  }
}

/**
 * How long to wait after a keystroke before the engine is asked, in milliseconds: longer for slow typing, shorter where a thought has
 * probably ended, and reduced by the time the engine itself will take.
 */
export function waitFor({ gapMs, answerMs }: Pick<Cadence, 'gapMs' | 'answerMs'>, context: CursorContext): number {
  const likeliness =
    (/[\p{L}\p{N}_$]$/u.test(context.linePrefix) ? 0 : 0.5) +
    (context.lineSuffix.trim() === '' ? 0.4 : 0) +
    (context.suffix.trim() === '' ? 0.1 : 0);
  const gaps = MOST_PATIENT - (MOST_PATIENT - LEAST_PATIENT) * likeliness;
  return Math.min(CEILING, Math.max(FLOOR, gaps * gapMs - answerMs));
}

function push(values: number[], value: number, most: number): void {
  values.push(value);
  if (values.length > most) values.shift();
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
