import MarkdownIt from 'markdown-it';
import { isWebAddress } from './webAddress.ts';

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

/** Elements that text may be put into; there are no others. */
const TAGS = [
  ...(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li', 'hr'] as const),
  ...(['table', 'thead', 'tbody', 'tr', 'th', 'td', 'strong', 'em', 's'] as const),
] as const;
export type Tag = (typeof TAGS)[number];

/** Characters of the Markdown, from and up to, in which the source of a text stands. */
export type Within = readonly [from: number, to: number];

/** Parsed Markdown. It holds text and names of elements, and nothing that a browser would execute or fetch. */
export type MarkdownNode =
  | { readonly kind: 'text'; readonly text: string; readonly within: Within }
  | { readonly kind: 'break' }
  /** @property start the first number of an ordered list */
  | {
      readonly kind: 'element';
      readonly tag: Tag;
      readonly start: number | undefined;
      readonly children: readonly MarkdownNode[];
    }
  | { readonly kind: 'codeSpan'; readonly text: string; readonly within: Within }
  /** @property within its lines, without those of its fence */
  | { readonly kind: 'code'; readonly language: string; readonly code: string; readonly within: Within }
  /** To a page of the web; the only links that can be followed. */
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly MarkdownNode[] }
  | { readonly kind: 'image'; readonly alternative: string };

/** A paragraph, list, block of code … of the outermost level. */
export interface Block {
  /** Two blocks of the same key look the same. */
  readonly key: string;
  /** Where it begins in the Markdown. */
  readonly from: number;
  readonly nodes: readonly MarkdownNode[];
}

/** A longer text is shown as it is, in one block. */
const MOST_CHARACTERS = 400_000;
const LONGEST_LANGUAGE = 40;

// HTML is plain text: an answer cannot contain any. Links are checked where they are rendered, so that a rejected one is still readable.
const markdown = new MarkdownIt('default', { html: false, linkify: true });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
markdown.validateLink = () => true;

/** Parses an answer, or as much of it as has arrived: a block of code that is still open counts as one. */
export function parseMarkdown(text: string): Block[] {
  return parseFrom(text, 0).blocks;
}

/** Blocks from a place on, and whether what is written elsewhere may change how they look. */
export interface Parsed {
  readonly blocks: Block[];
  readonly refers: boolean;
}

/** Reads an answer from where one of its blocks begins. */
export function parseFrom(whole: string, from: number): Parsed {
  const text = whole.slice(from);
  if (text.length > MOST_CHARACTERS) {
    const nodes = [{ kind: 'codeSpan', text, within: [from, whole.length] } as const];
    return { blocks: [{ key: text, from, nodes }], refers: false };
  }
  const env: { references?: Record<string, unknown> } = {};
  const tokens = markdown.parse(text, env as Parameters<typeof markdown.parse>[1]);
  const lines = text.split('\n');
  const starts = startsOf(lines, from);
  // A reference that is defined further down changes what is further up, and again when its target grows.
  const references = env.references ? JSON.stringify(env.references) : '';
  const blocks = outermost(tokens).map((part) => {
    const [first, last] = part[0]?.map ?? [0, 0];
    const key = `${references}\n${lines.slice(first, last).join('\n')}`;
    return { key, from: starts[first] ?? from, nodes: nodesOf(part, starts, [from, whole.length]) };
  });
  return { blocks, refers: references !== '' };
}

/** Where each line begins, and where the one after the last would. */
function startsOf(lines: readonly string[], from: number): number[] {
  let start = from;
  return [from, ...lines.map((line) => (start += line.length + 1))];
}

/** The tokens of each outermost block. */
function outermost(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0) parts.push([]);
    parts.at(-1)?.push(token);
    depth += token.nesting;
  }
  return parts;
}

/**
 * A flat list of tokens that open and close, as a tree.
 * @param around within which they stand, where they do not say so themselves
 */
function nodesOf(tokens: readonly Token[], starts: readonly number[], around: Within): MarkdownNode[] {
  let within = around;
  const root: MarkdownNode[] = [];
  const open: { token: Token; children: MarkdownNode[] }[] = [];
  for (const token of tokens) {
    if (token.map) within = [starts[token.map[0]] ?? within[0], starts[token.map[1]] ?? within[1]];
    const children = open.at(-1)?.children ?? root;
    if (token.nesting > 0) {
      open.push({ token, children: [] });
    } else if (token.nesting < 0) {
      const closed = open.pop();
      const around = open.at(-1)?.children ?? root;
      if (closed) around.push(...enclosing(closed.token, closed.children, within));
    } else {
      children.push(...leaf(token, starts, within));
    }
  }
  return root;
}

function enclosing(token: Token, children: readonly MarkdownNode[], within: Within): readonly MarkdownNode[] {
  if (token.type === 'link_open') return link(String(token.attrGet('href') ?? ''), children, within);
  const tag = TAGS.find((each) => each === token.tag);
  if (token.hidden || tag === undefined) return children;
  const start = token.attrGet('start');
  return [{ kind: 'element', tag, start: start === null ? undefined : Number(start), children }];
}

/** A link that may be followed, or else its text with the target behind it, for all to see. */
function link(href: string, children: readonly MarkdownNode[], within: Within): readonly MarkdownNode[] {
  if (isWebAddress(href)) return [{ kind: 'link', href, children }];
  return [...children, { kind: 'text', text: ` (${href})`, within }];
}

function leaf(token: Token, starts: readonly number[], within: Within): readonly MarkdownNode[] {
  switch (token.type) {
    case 'inline':
      return nodesOf(token.children ?? [], starts, within);
    case 'softbreak':
      return [{ kind: 'text', text: '\n', within }];
    case 'hardbreak':
      return [{ kind: 'break' }];
    case 'code_inline':
      return [{ kind: 'codeSpan', text: token.content, within }];
    case 'fence':
      return [block(token, [starts[(token.map?.[0] ?? 0) + 1] ?? within[1], within[1]])];
    case 'code_block':
      return [block(token, within)];
    case 'image':
      return [{ kind: 'image', alternative: token.content }];
    case 'hr':
      return [{ kind: 'element', tag: 'hr', start: undefined, children: [] }];
    default:
      return [{ kind: 'text', text: token.content, within }];
  }
}

function block({ info, content }: Token, within: Within): MarkdownNode {
  return { kind: 'code', language: languageOf(info), code: content.replace(/\n$/, ''), within };
}

/** The language that the opening line of a block names: `ts`, also in `ts title="a.ts"`, `ts:a.ts` and `{.ts}`. */
function languageOf(info: string): string {
  return (/[\w+#-]+/.exec(info)?.[0] ?? '').slice(0, LONGEST_LANGUAGE).toLowerCase();
}

/** An answer as one reads it out. @param lines says that there is code of so many lines */
export function spoken(text: string, lines: (count: number) => string): string {
  const say = (nodes: readonly MarkdownNode[]): string =>
    nodes
      .map((node) => {
        if (node.kind === 'code') return lines(node.code.split('\n').length);
        if (node.kind === 'image') return node.alternative;
        if (node.kind === 'break') return '\n';
        if (node.kind === 'text' || node.kind === 'codeSpan') return node.text;
        return say(node.children);
      })
      .join('');
  return parseMarkdown(text)
    .map(({ nodes }) => say(nodes))
    .join('\n');
}
