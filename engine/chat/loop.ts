/** Periods looked for, in characters. */
const LONGEST_PERIOD = 80;
/** How often a period must repeat, and over how many characters at least, to count as a loop: a line of dashes is none. */
const TIMES = 6;
const SHORTEST = 96;

/** Whether a text ends in a loop: once small models begin to repeat themselves, they do not stop. */
export function endsInLoop(text: string): boolean {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const length = Math.max(TIMES * period, SHORTEST);
    if (text.length < length) return false;
    if (text.slice(-length + period) === text.slice(-length, -period)) return true;
  }
  return false;
}
