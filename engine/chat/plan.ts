import { PaddockError } from '../errors.ts';
import { MAX_CHARACTERS_PER_TOKEN } from '../tokenizer/estimates.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type Conversation, messagesOf, SEGMENTS, type SegmentTokens, type Turn } from './conversation.ts';
import { type EncodedChat, encodeChat } from './encode.ts';
import { charactersOf, cutFromLeft } from './leftCut.ts';

/**
 * What is left out when a conversation is longer than the window: the oldest turns; those in the middle, so that the first and the latest
 * stay; or text from the left, to the token, as evaluations of long contexts do (Xiong et al. 2023, section 3.2).
 */
export const OVERFLOW_POLICIES = ['oldest', 'middle', 'left'] as const;
export type OverflowPolicy = (typeof OVERFLOW_POLICIES)[number];

export interface PlanOptions {
  /** Tokens of context. */
  readonly window: number;
  /** Tokens of it that are kept free for the answer. */
  readonly reserve: number;
  readonly overflow: OverflowPolicy;
}

/** What of a conversation goes to the model, and how much of the window it takes. */
export interface ChatPlan {
  readonly tokens: readonly number[];
  /** Tokens by segment, in the order of {@link SEGMENTS}; together as many as `tokens`. */
  readonly segments: readonly SegmentTokens[];
  readonly window: number;
  readonly reserve: number;
  /** Turns that are left out, by number. */
  readonly leftOut: readonly number[];
  /** The turn whose beginning is left out, and how many of its characters. */
  readonly cut?: { readonly turn: number; readonly characters: number };
  /** Examples that are left out, least relevant first; absent if none are. */
  readonly examplesLeftOut?: number;
}

/** What a plan is made with. */
export interface Prompter {
  readonly template: string;
  readonly tokenizer: Tokenizer;
}

/**
 * Decides what of a conversation fits, before anything is generated. The system's text, what is pinned and the last message are never left
 * out; examples are before anything that was said.
 * @throws PaddockError `bad-request` where these alone do not fit, with the counts; others as `encodeChat`
 */
export function planChat(conversation: Conversation, prompter: Prompter, options: PlanOptions): ChatPlan {
  const { examples = [], ...bare } = conversation;
  if (examples.length === 0) return planTurns(bare, prompter, options);
  const turns = [...conversation.turns.keys()];
  const budget = options.window - options.reserve;
  const mayFit = hopelessTurns(conversation, turns.slice(0, -1), budget).size === 0;
  const without = (gone: number) => {
    const encoded = encode({ ...bare, examples: examples.slice(gone) }, turns, prompter);
    return encoded.tokens.length <= budget ? encoded : undefined;
  };
  const fitting = mayFit ? smallest(examples.length, without) : undefined;
  if (!fitting) return { ...planTurns(bare, prompter, options), examplesLeftOut: examples.length };
  const { number: gone, result } = fitting;
  return { ...summary(result, options, []), ...(gone > 0 && { examplesLeftOut: gone }) };
}

/** The smallest number from 0 up to `end` that has a result, with its result; after a number that has one, all have. */
function smallest<Result>(end: number, resultOf: (number: number) => Result | undefined) {
  let found: { readonly number: number; readonly result: Result } | undefined;
  let [low, high] = [0, end];
  for (let number = 0; low < high; number = (low + high) >> 1) {
    const result = resultOf(number);
    if (result === undefined) low = number + 1;
    else {
      found = { number, result };
      high = number;
    }
  }
  return found;
}

function planTurns(conversation: Conversation, prompter: Prompter, options: PlanOptions): ChatPlan {
  const budget = options.window - options.reserve;
  const all = [...conversation.turns.keys()];
  const loose = all.slice(0, -1).filter((turn) => !conversation.turns[turn]?.pinned);
  const order = options.overflow === 'middle' ? fromTheMiddle(loose) : loose;
  const hopeless = hopelessTurns(conversation, order, budget);
  const kept = new Set(all.filter((turn) => !hopeless.has(turn)));
  let encoded = encode(conversation, [...kept], prompter);
  if (encoded.tokens.length <= budget) return summary(encoded, options, [...hopeless]);
  if (options.overflow === 'left') return leftPlan(conversation, [...kept], prompter, options);
  const sizes = new Map([...kept].map((turn) => [turn, tokensOf(encoded, turn)]));
  let size = encoded.tokens.length;
  for (const turn of order) {
    if (!kept.delete(turn)) continue;
    size -= sizes.get(turn) as number;
    // A template may write less or more between other turns, so the last word has a true encoding.
    if (size > budget && turn !== order.at(-1)) continue;
    encoded = encode(conversation, [...kept], prompter);
    if (encoded.tokens.length <= budget) return summary(encoded, options, leftOutOf(all, kept));
    size = encoded.tokens.length;
  }
  throw tooLong(encoded, options);
}

/** The turns that must be left out by the number of their characters alone, ascending. */
function hopelessTurns({ turns }: Conversation, order: readonly number[], budget: number): ReadonlySet<number> {
  let characters = turns.reduce((sum, turn) => sum + charactersOf(turn), 0);
  const gone: number[] = [];
  for (const turn of order) {
    const rest = characters - charactersOf(turns[turn] as Turn);
    if (rest <= budget * MAX_CHARACTERS_PER_TOKEN) break; // this one may be needed to fill the window
    characters = rest;
    gone.push(turn);
  }
  return new Set(gone.sort((a, b) => a - b));
}

/** Leaves out whole turns from the left, then the beginning of the first that is left. */
function leftPlan(conversation: Conversation, turns: readonly number[], prompter: Prompter, options: PlanOptions): ChatPlan {
  const budget = options.window - options.reserve;
  const all = [...conversation.turns.keys()];
  const last = all.length - 1;
  const isPinned = (turn: number) => conversation.turns[turn]?.pinned === true;
  for (const first of turns.filter((turn) => turn < last && !isPinned(turn))) {
    const kept = all.filter((turn) => turn >= first || isPinned(turn));
    const encoded = encode(conversation, kept, prompter);
    const excess = encoded.tokens.length - budget;
    const leftOut = leftOutOf(all, new Set(kept));
    if (excess <= 0) return summary(encoded, options, leftOut);
    const turn = conversation.turns[first] as Turn;
    if (tokensOf(encoded, first) <= excess) continue;
    const cut = cutFromLeft(turn, (shorter) => {
      const turns = conversation.turns.map((each, i) => (i === first ? shorter : each));
      const tried = encode({ ...conversation, turns }, kept, prompter);
      return tried.tokens.length <= budget ? tried : undefined;
    });
    if (cut) return { ...summary(cut.result, options, leftOut), cut: { turn: first, characters: cut.characters } };
  }
  const kept = all.filter((turn) => turn === last || isPinned(turn));
  const encoded = encode(conversation, kept, prompter);
  if (encoded.tokens.length <= budget) return summary(encoded, options, leftOutOf(all, new Set(kept)));
  throw tooLong(encoded, options);
}

function encode(conversation: Conversation, turns: readonly number[], { template, tokenizer }: Prompter): EncodedChat {
  const kept = turns.map((turn) => conversation.turns[turn] as Turn);
  const messages = messagesOf({ ...conversation, turns: kept }).map((message) => ({
    ...message,
    turn: message.turn === undefined ? undefined : turns[message.turn],
  }));
  return encodeChat(template, messages, tokenizer, kept.at(-1)?.answer !== undefined);
}

function tokensOf({ shares }: EncodedChat, turn: number): number {
  return shares.reduce((sum, share) => sum + (share.turn === turn ? share.tokens : 0), 0);
}

/** From the middle outwards; the first turn, which often says what it is all about, goes last. */
function fromTheMiddle(turns: readonly number[]): number[] {
  const [first, ...rest] = turns;
  const middle = (rest.length - 1) / 2;
  const outwards = [...rest.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
  return [...outwards.map((place) => rest[place] as number), ...(first === undefined ? [] : [first])];
}

function leftOutOf(all: readonly number[], kept: ReadonlySet<number>): number[] {
  return all.filter((turn) => !kept.has(turn));
}

function summary({ tokens, shares }: EncodedChat, { window, reserve }: PlanOptions, leftOut: readonly number[]): ChatPlan {
  return { tokens, segments: segmentsOf(shares), window, reserve, leftOut };
}

function segmentsOf(shares: EncodedChat['shares']): SegmentTokens[] {
  return SEGMENTS.map((segment) => ({
    segment,
    tokens: shares.reduce((sum, share) => sum + (share.segment === segment ? share.tokens : 0), 0),
  }));
}

function tooLong({ tokens, shares }: EncodedChat, { window, reserve }: PlanOptions): PaddockError {
  return new PaddockError(
    'bad-request',
    `This message with what is attached, pinned and said by the system takes ${tokens.length} tokens; the window of ${window} has ` +
      `room for ${window - reserve} beside an answer of ${reserve}. Attach less, or choose a larger window.`,
    { segments: segmentsOf(shares) },
  );
}
