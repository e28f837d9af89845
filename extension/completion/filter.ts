import type { CursorContext } from './context.ts';

export interface Draft {
  readonly text: string;
  /** Whether the model was stopped for length, so that the last line may be half a line. */
  readonly cutShort: boolean;
}

/** Returns the text, or less of it; an empty string drops the suggestion. */
export type Filter = (text: string, context: CursorContext, draft: Draft) => string;
