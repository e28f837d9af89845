import { type CursorContext, cursorContext } from '../../../extension/completion/context.ts';

/** The context of a text with the cursor written as `|` (its last one). */
export function at(marked: string, languageId = 'typescript', path = 'a.ts'): CursorContext {
  const cursor = marked.lastIndexOf('|');
  if (cursor === -1) throw new Error('The text has no cursor mark.');
  return cursorContext({ path, prefix: marked.slice(0, cursor), suffix: marked.slice(cursor + 1) }, languageId);
}
