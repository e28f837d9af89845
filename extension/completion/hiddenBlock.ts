import type { TokenMark } from '../../engine/index.ts';
import type { CursorContext } from './context.ts';
import { type Evidence, evidenceOf, firstLine } from './likelihood.ts';
import { postprocess } from './postprocess.ts';
import { isWorthReading } from './when.ts';

/** Whether a suggestion with this evidence would be shown. */
export type WouldShow = (evidence: Evidence) => boolean;

/**
 * The part that can be shown of a block's first line, if that line hides the block, so that the rest need not be computed; undefined for
 * a block that may be shown. A block is judged by its first line, so nothing more is needed once the line has ended, unless a filter
 * changes the line: then what follows may matter.
 * @param said so far
 * @param marks of its tokens
 */
export function hiddenLine(
  said: string,
  marks: readonly TokenMark[],
  context: CursorContext,
  wouldShow: WouldShow,
): string | undefined {
  if (!endsFirstLine(said)) return undefined;
  const line = firstLine(said);
  const fitted = postprocess({ text: line, cutShort: false }, context);
  if (!('text' in fitted) || fitted.text.trimStart() !== line.trimStart() || !isWorthReading(line)) return undefined;
  return wouldShow(evidenceOf({ text: fitted.text, said, marks })) ? undefined : fitted.text;
}

/** Whether the first line with something visible on it is complete. */
export function endsFirstLine(said: string): boolean {
  return firstLine(said).length < said.length && /\S/.test(said);
}
