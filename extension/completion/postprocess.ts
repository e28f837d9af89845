import type { CursorContext } from './context.ts';
import type { Draft, Filter } from './filter.ts';
import { matchIndentation } from './indentFilter.ts';
import { cutLoop, cutRepeatedLines } from './repetition.ts';
import { cutTrailingSpace, cutUnfinishedLine, stopAtBlockEnd, stopAtForeignBracket } from './shapeFilters.ts';
import type { SilenceReason } from './silence.ts';
import {
  cutClosersThatFollow,
  cutLinesThatFollow,
  cutQuoteThatFollows,
  cutStartOfSuffix,
  cutWordsThatFollow,
  dropNearTwin,
  dropWhatRepeatsTheLine,
} from './suffixFilters.ts';

/** Why nothing of a text can be shown. */
export interface Unfit {
  readonly silence: SilenceReason;
}

/** The part of a text that can be shown, or why nothing can. */
export type Fitted = { readonly text: string } | Unfit;

/** A filter, and the reason reported if it leaves nothing. */
type Rule = readonly [Filter, SilenceReason];

/** Filters for the text by itself. */
const shape: readonly Rule[] = [
  [matchIndentation, 'model-silent'],
  [stopAtBlockEnd, 'leaves-block'],
  [stopAtForeignBracket, 'leaves-block'],
  [cutRepeatedLines, 'repeats-itself'],
  [cutUnfinishedLine, 'model-silent'],
  [cutLoop, 'repeats-itself'],
];

/** Filters for what the document already holds. */
const fit: readonly Rule[] = [
  [cutStartOfSuffix, 'repeats-document'],
  [cutLinesThatFollow, 'repeats-document'],
  [cutClosersThatFollow, 'repeats-document'],
  [cutWordsThatFollow, 'repeats-document'],
  [cutQuoteThatFollows, 'repeats-document'],
  [dropWhatRepeatsTheLine, 'repeats-document'],
  [dropNearTwin, 'repeats-document'],
  [cutTrailingSpace, 'model-silent'],
];

/** The part of the model's text to show at the cursor. */
export function postprocess(draft: Draft, context: CursorContext): Fitted {
  return through([...shape, ...fit], { ...draft, text: draft.text.replaceAll(/\r\n?/g, '\n') }, context);
}

/** The same for the rest of a suggestion that was shown before: its shape is settled, its surroundings may have changed. */
export function refit(text: string, context: CursorContext): Fitted {
  return through(fit, { text, cutShort: false }, context);
}

/**
 * Whether nothing more of the model's text can be shown, because it has left its block or begun to repeat itself.
 * @param text all it has said so far; its last line may be half a line
 */
export function hasSaidAll(text: string, context: CursorContext): boolean {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.trim() === '') return false;
  const left = through(shape, { text: whole, cutShort: false }, { ...context, indent: undefined });
  return 'silence' in left || left.text.trimEnd().length < whole.trimEnd().length;
}

function through(rules: readonly Rule[], draft: Draft, context: CursorContext): Fitted {
  let { text } = draft;
  if (text.trim() === '') return { silence: 'model-silent' };
  for (const [filter, silence] of rules) {
    text = filter(text, context, draft);
    if (text.trim() === '') return { silence };
  }
  return { text };
}
