import type { Doubt } from '../../protocol/chatMessages.ts';
import { splitInvisible } from './invisible.ts';
import { type MarkdownNode, parseMarkdown, type Within } from './parse.ts';

/** What stands for a character that does not show, in the page. */
export const MARK = '\ufffd';

/** Characters of an answer's drawn text, from `from` on, that stand in its Markdown from `at` on. */
interface Place {
  readonly from: number;
  readonly at: number;
  readonly length: number;
}

/** How far ahead a word is looked for, and a sign, which may stand anywhere: marks of Markdown and entities come between, no other text. */
const AHEAD = { word: 40, sign: 4 } as const;

/** Stretches of an answer as it is drawn, all of whose text is `drawn`: without the marks of Markdown. */
export interface DrawnDoubts {
  readonly drawn: string;
  readonly doubts: readonly Doubt[];
}

/** Where doubts about the Markdown of an answer stand in what is drawn of it. */
export function drawnDoubts(source: string, doubts: readonly Doubt[]): DrawnDoubts {
  const leaves = parseMarkdown(source).flatMap(({ nodes }) => leavesOf(nodes));
  const places: Place[] = [];
  let drawn = '';
  let cursor = 0;
  for (const leaf of leaves) {
    const shown = shownAs(leaf);
    if (shown === leaf.text) {
      const found = leaf.kind === 'code' ? linesIn(source, leaf) : wordsIn(source, leaf, cursor);
      for (const { from, at, length } of found) places.push({ from: drawn.length + from, at, length });
      const last = found.at(-1);
      if (last) cursor = last.at + last.length;
    }
    drawn += shown;
  }
  return { drawn, doubts: doubts.flatMap((doubt) => inside(doubt, places)) };
}

interface Leaf {
  readonly kind: 'text' | 'codeSpan' | 'code';
  readonly text: string;
  readonly within: Within;
}

function leavesOf(nodes: readonly MarkdownNode[]): Leaf[] {
  return nodes.flatMap((node) => {
    switch (node.kind) {
      case 'text':
      case 'codeSpan':
        return [node];
      case 'code':
        return [{ kind: 'code', text: node.code, within: node.within }];
      case 'element':
      case 'link':
        return leavesOf(node.children);
      default:
        return [];
    }
  });
}

function shownAs({ kind, text }: Leaf): string {
  const pieces = splitInvisible(text, kind === 'text' ? 'prose' : 'code');
  return pieces.map((piece) => (typeof piece === 'string' ? piece : MARK)).join('');
}

/** Lines of a block of code: each ends as a line of the Markdown does, whatever it is indented or quoted by. */
function linesIn(source: string, { text, within }: Leaf): Place[] {
  const places: Place[] = [];
  let [at] = within;
  let from = 0;
  for (const line of text.split('\n')) {
    const newline = source.indexOf('\n', at);
    const end = newline < 0 ? source.length : newline;
    const start = end - line.length - (source[end - 1] === '\r' ? 1 : 0);
    if (start >= at && source.startsWith(line, start)) places.push({ from, at: start, length: line.length });
    at = end + 1;
    from += line.length + 1;
  }
  return places;
}

/** Text of a paragraph: as a whole or, where the Markdown writes something otherwise, word by word. */
function wordsIn(source: string, { text, within: [start, end] }: Leaf, cursor: number): Place[] {
  let next = Math.max(start, cursor);
  const find = (part: string, most: number) => {
    const at = source.indexOf(part, next);
    return at < 0 || at > most || at + part.length > end ? undefined : at;
  };
  const whole = find(text, end);
  if (whole !== undefined) return [{ from: 0, at: whole, length: text.length }];
  return [...text.matchAll(/([\p{L}\p{N}_]+)|\S/gu)].flatMap(({ 0: part, 1: word, index }) => {
    const at = find(part, next + AHEAD[word === undefined ? 'sign' : 'word']);
    if (at === undefined) return [];
    next = at + part.length;
    return [{ from: index, at, length: part.length }];
  });
}

function inside({ from, to, level }: Doubt, places: readonly Place[]): Doubt[] {
  return places.flatMap((place) => {
    const start = Math.max(from, place.at);
    const end = Math.min(to, place.at + place.length);
    return start < end ? [{ from: place.from + start - place.at, to: place.from + end - place.at, level }] : [];
  });
}
