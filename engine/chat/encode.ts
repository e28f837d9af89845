import { isPaddockError } from '../errors.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { splitAtControls } from './controlNames.ts';
import type { ChatMessage, Piece, Segment } from './conversation.ts';
import { type Markers, markersOf, withoutMarkers } from './markers.ts';
import { renderTemplate, type Stretch, type TemplateVariables, variablesOf } from './template.ts';

/** A stretch of tokens that belong together: one piece of a message, or what the template writes before it. */
export interface Share {
  readonly segment: Segment;
  /** The turn it belongs to; undefined for the system's. */
  readonly turn: number | undefined;
  readonly tokens: number;
}

/** A conversation as a prompt, with the tokens of each segment. */
export interface EncodedChat {
  readonly tokens: readonly number[];
  readonly shares: readonly Share[];
}

type Owner = Pick<Share, 'segment' | 'turn'>;

/** A stretch of text with one owner. */
interface Span extends Owner {
  readonly text: string;
  /** Whether the template writes it. */
  readonly isLiteral: boolean;
}

/**
 * The prompt of a conversation. Only what the template writes can become control tokens; a message that spells one is text, and where a
 * format is made of words (`[INST]`, `### Instruction:`), those words are broken up in messages.
 * @param answers whether the last message is the beginning of an answer that is to be gone on with
 * @throws PaddockError as {@link renderTemplate}
 */
export function encodeChat(source: string, messages: readonly ChatMessage[], tokenizer: Tokenizer, answers = false): EncodedChat {
  const variables = variablesOf(tokenizer);
  const stretches = rendered(source, messages, variables, answers);
  const markers = markersOf(source, variables, tokenizer);
  const tokens: number[] = [];
  const shares: Share[] = [];
  let run: Span[] = [];
  const flush = () => {
    const before = tokens.at(-1);
    if (before !== undefined && tokenizer.swallowsSpace(before)) run = withoutLeadingSpace(run);
    const { ids, counts } = encodeRun(run, tokenizer);
    for (const id of ids) tokens.push(id);
    for (const [i, { segment, turn }] of run.entries()) shares.push({ segment, turn, tokens: counts[i] as number });
    run = [];
  };
  for (const span of spansOf(stretches, messages, markers)) {
    if (!span.isLiteral) {
      run.push(span);
      continue;
    }
    for (const part of splitAtControls(span.text, tokenizer)) {
      const control = tokenizer.control(part);
      if (control === undefined) {
        if (part !== '') run.push({ ...span, text: part });
        continue;
      }
      flush();
      tokens.push(control);
      shares.push({ segment: span.segment, turn: span.turn, tokens: 1 });
    }
  }
  flush();
  return { tokens, shares };
}

/** Templates that know no system message get its text with the first message. */
function rendered(source: string, messages: readonly ChatMessage[], variables: TemplateVariables, answers: boolean): Stretch[] {
  if (messages[0]?.role !== 'system') return renderTemplate(source, messages, variables, answers);
  try {
    const stretches = renderTemplate(source, messages, variables, answers);
    if (stretches.some((stretch) => 'message' in stretch && stretch.message === 0)) return stretches;
  } catch (error) {
    if (!isPaddockError(error, 'bad-request')) throw error;
  }
  const stretches = renderTemplate(source, messages.slice(1), variables, answers);
  const first = stretches.findIndex((stretch) => 'message' in stretch);
  return [
    ...stretches.slice(0, first),
    { message: 0, trim: 'none' },
    { literal: '\n\n' },
    ...stretches.slice(first).map((stretch) => ('message' in stretch ? { ...stretch, message: stretch.message + 1 } : stretch)),
  ];
}

/** The text of each stretch and its owner: what the template writes belongs to the message that follows it. */
function spansOf(stretches: readonly Stretch[], messages: readonly ChatMessage[], markers: Markers): Span[] {
  const ownerAt = (i: number): Owner => {
    const next = stretches.slice(i).find((stretch) => 'message' in stretch);
    const message = next && 'message' in next ? messages[next.message] : messages.at(-1);
    // An instruction that is pinned to a message does not own it.
    const pieces = message?.pieces.filter(({ segment }, i, { length }) => segment !== 'pinned' || i === length - 1) ?? [];
    return { segment: pieces.at(message === messages.at(-1) ? -1 : 0)?.segment ?? 'message', turn: message?.turn };
  };
  return stretches.flatMap((stretch, i): Span[] => {
    if ('literal' in stretch) return [{ ...ownerAt(i), text: stretch.literal, isLiteral: true }];
    const { pieces, turn } = messages[stretch.message] as ChatMessage;
    return trimmed(pieces, stretch.trim).map(({ segment, text }) => ({
      segment,
      turn,
      text: withoutMarkers(text, markers),
      isLiteral: false,
    }));
  });
}

function trimmed(pieces: readonly Piece[], trim: 'none' | 'start' | 'end' | 'both'): Piece[] {
  const last = pieces.length - 1;
  return pieces.map((piece, i) => {
    let { text } = piece;
    if (i === 0 && (trim === 'start' || trim === 'both')) text = text.trimStart();
    if (i === last && (trim === 'end' || trim === 'both')) text = text.trimEnd();
    return { ...piece, text };
  });
}

function withoutLeadingSpace(run: readonly Span[]): Span[] {
  const first = run.findIndex(({ text }) => text.trim() !== '');
  return run.map((span, i) => (i > first && first >= 0 ? span : { ...span, text: span.text.trimStart() }));
}

/** Encodes text between two control tokens as a whole, as in training; a token belongs to the owner of its first character. */
function encodeRun(run: readonly Span[], tokenizer: Tokenizer): { ids: number[]; counts: number[] } {
  const ids = tokenizer.encode(run.map(({ text }) => text).join(''));
  const counts = run.map(() => 0);
  let span = 0;
  let at = 0; // characters of the run before the token
  let end = run[0]?.text.length ?? 0;
  for (const id of ids) {
    while (at >= end && span < run.length - 1) end += (run[++span] as Span).text.length;
    counts[span] = (counts[span] as number) + 1;
    at += tokenizer.texts[id]?.length ?? 0;
  }
  return { ids, counts };
}
