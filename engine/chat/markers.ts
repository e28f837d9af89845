import { isPaddockError } from '../errors.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { escaped, splitAtControls } from './controlNames.ts';
import type { ChatRole } from './conversation.ts';
import { renderTemplate, type Stretch, type TemplateVariables } from './template.ts';

/**
 * Words in brackets (`[INST]`, `<<SYS>>`, `<|user|>`, `<human>`): wherever one stands, models that were trained with it take it for what it
 * is there for.
 */
export const SIGN = /\[[^\s[\]]*\p{L}[^\s[\]]*(?: \d+)?\]|<<[^\s<>]*\p{L}[^\s<>]*>>|<[^\s<>]*\p{L}[^\s<>]*>/gu;
/** A heading, or words with a colon, on a line of their own or right beside a message (`### Response:`, `USER:`, `Source: user`). */
export const LABEL = /^(?:#{1,6}[^\S\n]*\p{L}.*|.*\p{L}.*[:：](?: \p{L}+)?)$/u;
/** Longer lines are sentences, which do not mark a speaker. */
export const LONGEST_LABEL = 40;

/** Breaks a word up invisibly; U+2060, word joiner. */
const JOINER = '\u2060';

/** Conversations that make a template write all its parts, with a system text and without. */
const PROBES: readonly (readonly ChatRole[])[] = [
  ['system', 'user', 'assistant', 'user', 'assistant', 'user'],
  ['user', 'assistant', 'user', 'assistant', 'user'],
  ['user'],
];

/** The words with which a template marks speakers, as patterns that find them in a text. */
export type Markers = readonly RegExp[];

const KNOWN = new WeakMap<Tokenizer, Map<string, Markers>>();
const MOST_KNOWN = 8;

/**
 * The words with which a template marks speakers, if they are not control tokens. They are read off what it writes around messages in
 * conversations with all roles, so that a message cannot use one that its own conversation happens not to have.
 */
export function markersOf(source: string, variables: TemplateVariables, tokenizer: Tokenizer): Markers {
  const bySource = KNOWN.get(tokenizer) ?? new Map<string, Markers>();
  KNOWN.set(tokenizer, bySource);
  const known = bySource.get(source);
  if (known) return known;
  const texts = PROBES.flatMap((roles) => textsAround(rendered(source, roles, variables), tokenizer));
  const markers = patternsFor(texts);
  if (bySource.size >= MOST_KNOWN) bySource.clear();
  bySource.set(source, markers);
  return markers;
}

/** A message's text with all of these words broken up, so that no message can impersonate another speaker. */
export function withoutMarkers(text: string, markers: Markers): string {
  return markers.reduce(
    (safe, marker) => safe.replaceAll(marker, (found) => found.replace(/\p{L}/u, (letter) => letter + JOINER)),
    text,
  );
}

/** A rendering without contents; empty if the template refuses the conversation. */
export function rendered(source: string, roles: readonly ChatRole[], variables: TemplateVariables): Stretch[] {
  try {
    return renderTemplate(
      source,
      roles.map((role) => ({ role })),
      variables,
    );
  } catch (error) {
    if (isPaddockError(error, 'bad-request')) return [];
    throw error;
  }
}

/** A text without control tokens that a template writes. */
interface Written {
  readonly text: string;
  /** Whether it stands right behind a message. */
  readonly isBehind: boolean;
  /** Which of its lines can mark a speaker: lines before the first message may also describe the model. */
  readonly telling: 'all' | 'last' | 'none';
}

function textsAround(stretches: readonly Stretch[], tokenizer: Tokenizer): Written[] {
  return stretches.flatMap((stretch, place) => {
    if (!('literal' in stretch)) return [];
    const parts = splitAtControls(stretch.literal, tokenizer);
    return parts.flatMap((text, i): Written[] => {
      if (tokenizer.control(text) !== undefined) return [];
      const isFirst = place === 0;
      const telling = isFirst ? (i === parts.length - 1 ? 'last' : 'none') : 'all';
      return [{ text, isBehind: i === 0 && !isFirst, telling }];
    });
  });
}

function patternsFor(texts: readonly Written[]): Markers {
  const signs = new Set(texts.flatMap(({ text }) => text.match(SIGN) ?? []).map(signPattern));
  const labels = texts.flatMap(labelsIn);
  // Where one follows a message on its line, all of them can.
  const isInline = labels.some(({ isInline }) => isInline);
  const words = labels.map(({ label }) => label);
  const patterns: RegExp[] = [];
  if (signs.size > 0) patterns.push(new RegExp([...signs].join('|'), 'giu'));
  const headings = new Set(words.filter((word) => word.startsWith('#')).map((word) => placed(headingPattern(word), isInline)));
  if (headings.size > 0) patterns.push(new RegExp([...headings].join('|'), 'gimu'));
  // In small letters they would be names in code (`user:`).
  const plain = new Set(words.filter((word) => !word.startsWith('#')).map((word) => placed(inAnySpelling(word), isInline)));
  if (plain.size > 0) patterns.push(new RegExp([...plain].join('|'), 'gmu'));
  return patterns;
}

function labelsIn({ text, isBehind, telling }: Written): { label: string; isInline: boolean }[] {
  const lines = text.replaceAll(SIGN, '').split('\n');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.flatMap((line, i) => {
    if (telling === 'none' || (telling === 'last' && i !== last)) return [];
    const label = line.trim();
    return label.length <= LONGEST_LABEL && LABEL.test(label) ? [{ label, isInline: isBehind && i === 0 }] : [];
  });
}

/** Together with its closing form: a model that knows `<think>` knows `</think>`. */
function signPattern(sign: string): string {
  const [, opening = '', inside = ''] = /^(<<|<|\[)\/?(.*)$/su.exec(sign) ?? [];
  return `${escaped(opening)}\\/?${inAnySpelling(inside)}`;
}

/** Formats made of headings have more of them than a conversation shows, such as Alpaca's `### Input:`. */
function headingPattern(heading: string): string {
  const [, signs = '', words = ''] = /^(#+)\s*(.*)$/su.exec(heading) ?? [];
  const others = /[:：]$/u.test(words) ? '|\\p{L}+(?: \\p{L}+)?[:：]' : '';
  return `${signs}[^\\S\\n]*(?:${inAnySpelling(words)}${others})`;
}

/** With any numbers, and any spaces where there is one. */
function inAnySpelling(text: string): string {
  return escaped(text)
    .replaceAll(/\d+/g, '\\d+')
    .replaceAll(/[^\S\n]+/g, '[^\\S\\n]*');
}

/** A pattern where the word can be one: at the beginning of a line, or anywhere but inside a word. */
function placed(pattern: string, isInline: boolean): string {
  if (!isInline) return `^[^\\S\\n]*${pattern}`;
  return pattern.startsWith('#') ? pattern : `(?<![\\p{L}\\p{N}_])${pattern}`;
}
