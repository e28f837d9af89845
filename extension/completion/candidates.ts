import type { GenerationStats, LineCandidate } from '../../engine/index.ts';
import type { CursorContext } from './context.ts';
import { firstLine } from './likelihood.ts';
import { postprocess } from './postprocess.ts';

/** Suggestions for who asks by hand, the first included. */
export const CANDIDATES = 3;

/** How long they may keep back the first, in milliseconds: what one waits for without losing the thread (Doherty and Thadani 1982). */
export const BUDGET_MS = 400;

/** What they cost in decode steps: a line of twenty tokens once more, and three side by side, for which a step costs two thirds more. */
const STEPS = 20 + 20 * 1.66;

/** How long the device took for a decode step, in milliseconds; undefined where there was none. */
export function stepMs({ generatedTokens, accepted, decodeMs }: GenerationStats): number | undefined {
  return generatedTokens > accepted ? decodeMs / (generatedTokens - accepted) : undefined;
}

/** Whether a device is fast enough for several suggestions. @param step milliseconds, undefined where not measured yet */
export function affordsCandidates(step: number | undefined): boolean {
  return step !== undefined && step * STEPS <= BUDGET_MS;
}

/** What of these lines to offer after the first suggestion: what can be shown of each and is not offered already. */
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
