import type { CursorContext } from './context.ts';
import type { Draft, Filter } from './filter.ts';
import { cutLoop } from './loopFilter.ts';
import { cutRepeatedLines, cutTrailingSpace, cutUnfinishedLine, stopAtBlockEnd } from './shapeFilters.ts';
import { cutClosersThatFollow, cutLinesThatFollow, dropWhatRepeatsTheLine } from './suffixFilters.ts';

/** What the text is by itself. */
const shape: readonly Filter[] = [stopAtBlockEnd, cutRepeatedLines, cutUnfinishedLine, cutLoop];

/** What the document holds already. */
const fit: readonly Filter[] = [cutLinesThatFollow, cutClosersThatFollow, dropWhatRepeatsTheLine, cutTrailingSpace];

/** What of the model's text to show at the cursor; undefined when nothing is left that is worth showing. */
export function postprocess(draft: Draft, context: CursorContext): string | undefined {
  return through([...shape, ...fit], { ...draft, text: draft.text.replaceAll('\r\n', '\n') }, context);
}

/** The same for the rest of a suggestion that was shown before: its shape is settled, its surroundings may have changed. */
export function refit(text: string, context: CursorContext): string | undefined {
  return through(fit, { text, cutShort: false }, context);
}

function through(filters: readonly Filter[], draft: Draft, context: CursorContext): string | undefined {
  const text = filters.reduce((rest, filter) => filter(rest, context, draft), draft.text);
  return text.trim() === '' ? undefined : text;
}
