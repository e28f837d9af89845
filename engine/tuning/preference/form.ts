import { bracketsOf, hasOddQuotes, lengthOf, namesOf, withoutStrings } from './code.ts';

/**
 * Properties of an answer's form in any language, by its characters alone; it matches training/preference/form.py character for
 * character.
 *
 * No parser is used: the heads must see here what they were fitted on there, and there is no parser for both places that accepts half a
 * statement in any language. So an answer "parses" if brackets, quotes and Markdown fences are balanced.
 */

/** Lines around an answer that its own lines are compared with. */
export const NEAR_LINES = 12;
/** An answer may indent after such a line end, and is incomplete if it ends this way itself. */
export const OPEN_END = /[([{,=+\-*/.&|:<]$/;
/** An answer with this many words that is not code is prose. */
const PROSE_NAMES = 8;

/** Words are Unicode's, as Python has them. */
function pattern(source: string, flags: string): RegExp {
  return new RegExp(source.replaceAll(String.raw`\w`, String.raw`\p{L}\p{N}_`), flags);
}

const APOSTROPHE = /(?<=[A-Za-z])'(?=(?:[stmd]|ll|re|ve)(?![A-Za-z]))/g;
const COMMENT = /\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?|(?<!:)\/\/[^\n]*|(?<![^ \t\n])#(?=[ !:#]|(?![^\n]))[^\n]*/g;
/** Signs of languages whose blocks are indented, and of those whose blocks stand in braces. */
const INDENTED = pattern(
  [
    String.raw`(?<![\w])def [\w]+\(|(?<![\w])elif |(?<![\w])lambda[ \w,]*:|(?<![\w])self\.|(?:is|is not|=|return) None(?![\w])`,
    String.raw`(?<![^\n])[ \t]*(?:class|if|else|for|while|try|except|with)(?![\w])[^\n]*:[ \t]*(?![^\n])`,
  ].join('|'),
  'gu',
);
const BRACED = pattern(
  String.raw`(?<![\w])(?:const|let|var) [\w\{\[][^\n=]*=|(?<![\w])function *[\w]*\(|=>|(?<![\w])this\.|[;\{\}][ \t]*(?![^\n])`,
  'gu',
);
const HAN = /[\u4e00-\u9fff]/;

/** The contents of Markdown fences, one piece each. */
interface Fenced {
  readonly pieces: readonly string[];
  /** Whether the last fence is closed. */
  readonly isClosed: boolean;
}

function fencedIn(text: string): Fenced {
  const pieces: string[] = [];
  let inside: string[] | undefined;
  for (const line of text.split('\n')) {
    if (!/^[ \t]*```/.test(line)) inside?.push(line);
    else if (inside) {
      pieces.push(inside.join('\n'));
      inside = undefined;
    } else inside = [];
  }
  return inside ? { pieces: [...pieces, inside.join('\n')], isClosed: false } : { pieces, isClosed: true };
}

/** The pieces of code of an answer: those in fences, else all of it. */
function codeIn(answer: string): readonly string[] {
  const { pieces } = fencedIn(answer);
  return pieces.length > 0 ? pieces : [answer];
}

/**
 * Whether brackets, quotes and fences are left as they should be. Code in fences must be whole by itself; other code may open or close what
 * its surroundings close or open.
 * @param imbalance how many more brackets are open around the answer than without it
 */
export function doesParse(answer: string, imbalance: number): boolean {
  const { pieces, isClosed } = fencedIn(answer);
  if (pieces.length > 0) return isClosed && pieces.every(isWhole);
  return imbalance <= 0 && !hasOddQuotes(answer.replaceAll(APOSTROPHE, ''));
}

function isWhole(code: string): boolean {
  const { closed, opened } = bracketsOf(code);
  return closed + opened === 0 && !hasOddQuotes(code.replaceAll(APOSTROPHE, ''));
}

/**
 * The share of an answer's lines that indent without a reason, or dedent to a level no line has: the rule of Python's tokenizer, with a
 * reason to indent in place of its grammar. Code in fences stands by itself; the first line of other code goes on with what stands
 * before.
 */
export function misindentedShare(before: string, answer: string): number {
  const { pieces } = fencedIn(answer);
  const above = before.split('\n').slice(-NEAR_LINES);
  const own =
    pieces.length > 0
      ? pieces.flatMap((piece) => faultsIn(piece).slice(1))
      : faultsIn(above.join('\n') + answer).slice(above.length);
  const told = own.filter((fault) => fault !== undefined);
  return told.length > 0 ? told.filter(Boolean).length / told.length : 0;
}

/** For each line whether it is misindented; undefined for one without words. */
function faultsIn(code: string): (boolean | undefined)[] {
  const levels: string[] = [];
  let last = '';
  return code.split('\n').map((line) => {
    if (/^[ \t\r]*$/.test(line)) return undefined;
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    const isFault = misindents(indent, last, levels);
    if (levels.at(-1) !== indent) levels.push(indent);
    last = line.replace(/[ \t\r]+$/, '');
    return isFault;
  });
}

/** @param levels those that are open, the deepest last; the ones that are left are taken away */
function misindents(indent: string, last: string, levels: string[]): boolean {
  const deepest = levels.at(-1);
  if (deepest === undefined || deepest === indent) return false;
  if (indent.startsWith(deepest)) return !OPEN_END.test(last);
  while (levels.at(-1) !== indent && levels.at(-1)?.startsWith(indent)) levels.pop();
  return levels.length > 0 && levels.at(-1) !== indent; // beyond the first line nobody knows
}

/** The share of the code's characters that are comments, ignoring strings. */
export function commentShare(answer: string): number {
  const code = codeIn(answer).map(withoutStrings).join('\n');
  const length = lengthOf(code);
  return length > 0 ? lengthOf((code.match(COMMENT) ?? []).join('')) / length : 0;
}

/**
 * Whether an answer is not evidently in another language than its surroundings. In code it tells indented blocks from blocks in braces;
 * in prose, Chinese from others.
 */
export function matchesLanguage(around: string, answer: string): boolean {
  const { pieces } = fencedIn(answer);
  const leaning = leaningOf(pieces.length > 0 ? pieces.join('\n') : answer);
  if (leaning * leaningOf(around) < 0) return false;
  if (HAN.test(answer)) return HAN.test(around);
  const isProse = pieces.length === 0 && leaning === 0 && namesOf(answer).length >= PROSE_NAMES;
  return !(isProse && HAN.test(around));
}

/** More than 0 for code whose blocks are indented, less for code with braces, 0 where it is neither. */
function leaningOf(text: string): number {
  return (text.match(INDENTED)?.length ?? 0) - (text.match(BRACED)?.length ?? 0);
}
