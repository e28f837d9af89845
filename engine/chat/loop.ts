/** Periods looked for, in characters. */
const LONGEST_PERIOD = 80;
/** How often a period comes again before it counts, and over how many characters at least: a line of dashes is no loop. */
const TIMES = 6;
const SHORTEST = 96;

/** Whether a text ends in a loop: small models say the same over and over once they have begun to. */
export function endsInLoop(text: string): boolean {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const length = Math.max(TIMES * period, SHORTEST);
    if (text.length < length) return false;
    if (text.slice(-length + period) === text.slice(-length, -period)) return true;
  }
  return false;
}
