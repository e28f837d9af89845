import { fileKind } from './fileKinds.ts';
import { holdsSecret } from './secrets.ts';

/** Bytes of a file, and characters of a document, at most. */
export const LARGEST_FILE = 256 * 1024;
/** Larger data files are lists of things rather than settings. */
const LARGEST_DATA = 32 * 1024;

/** Characters of a line: nobody writes lines this long on average, and none as long as the longest. */
const LONG_ON_AVERAGE = 300;
const LONGEST_LINE = 20_000;

/** Notices of generators stand at the top. */
const HEAD = 1_000;
const GENERATED =
  /@generated\b|\bcode generated\b.*\bdo not edit\b|<auto-?generated|\b(auto(matically)?[- ])generated (by|from|file)\b/i;
const COMPILED = /^(\/\/|\/\*)[#@] sourceMappingURL=/m;

/** Why a text is not remembered. */
export type TextFault = 'blank' | 'too-large' | 'secret' | 'binary' | 'minified' | 'generated' | 'conflict';

/**
 * Why the text of a file is not worth remembering, or must not be remembered; undefined if it may.
 * @param path which says whether it is code or data
 */
export function faultOf(path: string, text: string): TextFault | undefined {
  if (text.length > (fileKind(path) === 'data' ? LARGEST_DATA : LARGEST_FILE)) return 'too-large';
  if (text.trim() === '') return 'blank';
  if (holdsSecret(text)) return 'secret';
  if (isBinary(text)) return 'binary';
  if (isMinified(text)) return 'minified';
  if (GENERATED.test(text.slice(0, HEAD)) || COMPILED.test(text.slice(-HEAD))) return 'generated';
  return hasConflict(text) ? 'conflict' : undefined;
}

/** Control characters, or bytes invalid in the encoding. */
function isBinary(text: string): boolean {
  if (text.includes('\0')) return true;
  const strange = text.match(/[^\P{Cc}\s]|\ufffd/gu)?.length ?? 0;
  return strange > text.length / 200;
}

function isMinified(text: string): boolean {
  let longest = 0;
  let lines = 0;
  for (let start = 0; start < text.length; lines++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest > LONGEST_LINE || (longest > LONG_ON_AVERAGE && text.length / lines > LONG_ON_AVERAGE);
}

/** The marks that a merge leaves where two sides disagree. */
function hasConflict(text: string): boolean {
  return /^<{7} /m.test(text) && /^={7}$/m.test(text) && /^>{7} /m.test(text);
}
