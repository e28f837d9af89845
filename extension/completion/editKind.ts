/** Kinds of edits that completion distinguishes. */
export type EditKind = 'keystroke' | 'deletion' | 'acceptance' | 'other';

interface Change {
  readonly text: string;
  readonly rangeLength: number;
}

/**
 * Infers what the person did from the change of the document.
 * @param offered the suggestions that the editor had
 */
export function editKind(changes: readonly Change[], offered: readonly string[]): EditKind {
  if (changes.length > 0 && changes.every(({ text, rangeLength }) => text === '' && rangeLength > 0)) return 'deletion';
  const [change] = changes;
  if (change === undefined || changes.length > 1) return 'other';
  if (offered.some((text) => isAcceptance(change.text, text))) return 'acceptance';
  return isKey(change.text) ? 'keystroke' : 'other';
}

/** The editor may insert less than was offered: what stands there already, or one word of it. */
function isAcceptance(text: string, offered: string): boolean {
  if (text.length < 2) return false;
  const inserted = text.replaceAll('\r\n', '\n');
  return !isKey(text) ? offered.endsWith(inserted) || offered.startsWith(inserted) : offered === inserted;
}

/** One character, a pair that closes itself, or a line break with the indentation that the editor adds. */
export function isKey(text: string): boolean {
  return [...text].length === 1 || /^(\(\)|\[\]|\{\}|''|""|``|<>)$/.test(text) || /^\r?\n[ \t]*$/.test(text);
}
