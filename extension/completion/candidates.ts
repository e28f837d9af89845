import type { GenerationStats, LineCandidate } from '../../engine/index.ts';
import type { CursorContext } from './context.ts';
import { firstLine } from './likelihood.ts';
import { postprocess } from './postprocess.ts';

/** Suggestions for who asks by hand, the first included. */
export const CANDIDATES = 3;

/** How long they may delay the first, in milliseconds: a wait that does not break concentration (Doherty and Thadani 1982). */
export const BUDGET_MS = 400;

/** Their cost in decode steps: a line of twenty tokens once more, then three side by side, at two thirds more per step. */
const STEPS = 20 + 20 * 1.66;

/** How long the device took for a decode step, in milliseconds; undefined where there was none. */
export function stepMs({ generatedTokens, accepted, decodeMs }: GenerationStats): number | undefined {
  return generatedTokens > accepted ? decodeMs / (generatedTokens - accepted) : undefined;
}

/** Whether a device is fast enough for several suggestions. @param step milliseconds, null where not measured yet */
export function affordsCandidates(step: number | null): boolean {
  return step !== null && step * STEPS <= BUDGET_MS;
}

/** The lines to offer after the first suggestion: the part of each that can be shown and is not offered already. */
export function otherTexts(lines: readonly LineCandidate[], first: string, context: CursorContext): string[] {
  const texts: string[] = [];
  const known = new Set([first.trim(), firstLine(first).trim()]);
  for (const { text, finish } of lines) {
    const fitted = postprocess({ text, cutShort: finish === 'length' }, context);
    if (!('text' in fitted) || known.has(fitted.text.trim())) continue;
    known.add(fitted.text.trim());
    texts.push(fitted.text);
  }
  return texts.slice(0, CANDIDATES - 1);
}
