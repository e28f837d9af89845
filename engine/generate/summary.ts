import type { Conversation, Turn } from '../chat/conversation.ts';
import { templateFor } from '../chat/formats.ts';
import { planChat } from '../chat/plan.ts';
import { isPaddockError, PaddockError } from '../errors.ts';
import type { Stop } from '../sampling/stop.ts';
import type { Session } from '../session/session.ts';
import { MAX_CHARACTERS_PER_TOKEN } from '../tokenizer/estimates.ts';
import type { ChatOptions, ChatRequest } from './chatRequest.ts';
import type { LanguageModel } from './model.ts';
import { streamText, untilEnd } from './streamText.ts';

/** Maximum tokens of a summary, and the share of a small window that it may take. */
const MOST_TOKENS = 128;
const SHARE = 1 / 4;

const ASK = 'Summarise this conversation in a few short sentences. Keep names, decisions and what is still open.';

/** The last summary of each timeline: a conversation asks for the same one at every message until another turn has to go. */
const LAST = new WeakMap<Session, { readonly of: string; readonly text: string }>();

/** Tokens of a summary in a window of so many, at most. */
export function summaryTokens(window: number): number {
  return Math.min(MOST_TOKENS, Math.floor(window * SHARE));
}

/** A conversation whose system text ends with a summary of the turns left out. */
export function withSummary(conversation: Conversation, summary: string): Conversation {
  const earlier = `Earlier in this conversation: ${summary}`;
  return { ...conversation, system: conversation.system === '' ? earlier : `${conversation.system}\n\n${earlier}` };
}

/**
 * Turns in the model's own words, in at most {@link summaryTokens}. It runs in a timeline of its own, which is given back, so the
 * conversation's cache stays. Turns that are longer than the window are summed up a part at a time, each together with the summary so far.
 * @param session of the conversation, whose window is used in the same way
 * @throws PaddockError `bad-request` where not even the request for a summary fits, `cancelled`, `runtime`
 */
export async function summaryOf(
  model: LanguageModel,
  session: Session,
  turns: readonly Turn[],
  request: ChatRequest,
  options: ChatOptions,
): Promise<string> {
  const transcript = turns.map(inWords).join('\n\n');
  const known = LAST.get(session);
  if (known?.of === transcript) return known.text;
  const timeline = session.beside();
  try {
    const prompts = prompter(model, session.contextLength, request, options);
    let text = '';
    let rest = transcript;
    if (known && transcript.startsWith(known.of) && prompts.inOne(rest) === undefined) {
      text = known.text;
      rest = transcript.slice(known.of.length);
    }
    while (rest !== '') {
      const { tokens, length } = prompts.first(text, rest);
      text = await said(model, timeline, tokens, prompts.stops, options);
      rest = rest.slice(length);
    }
    LAST.set(session, { of: transcript, text });
    return text;
  } finally {
    timeline.evict();
  }
}

async function said(
  model: LanguageModel,
  timeline: Session,
  prompt: readonly number[],
  stops: readonly Stop[],
  { signal, pause }: ChatOptions,
): Promise<string> {
  const maxTokens = summaryTokens(timeline.contextLength);
  const pieces = streamText(model, timeline, prompt, { maxTokens, stops: [...stops, '\n\n'], signal, pause });
  return (await untilEnd(pieces)).text.trim();
}

/** Requests for summaries, as tokens. */
function prompter({ tokenizer }: LanguageModel, window: number, { format }: ChatRequest, { name }: ChatOptions) {
  const { source, stops } = templateFor(tokenizer, name, format);
  const most = window * MAX_CHARACTERS_PER_TOKEN;
  const promptFor = (text: string): readonly number[] | undefined => {
    if (text.length > most) return undefined;
    const content = [{ kind: 'text' as const, text: `${text}\n\n${ASK}` }];
    const conversation: Conversation = { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content }] };
    try {
      const budget = { window, reserve: summaryTokens(window), overflow: 'oldest' as const };
      return planChat(conversation, { template: source, tokenizer }, budget).tokens;
    } catch (error) {
      if (isPaddockError(error, 'bad-request')) return undefined;
      throw error;
    }
  };
  return {
    stops,
    inOne: promptFor,
    /** For a summary so far and as much of the rest's beginning as fits. */
    first(summary: string, rest: string): { readonly tokens: readonly number[]; readonly length: number } {
      const before = summary === '' ? '' : `${withSummary(EMPTY, summary).system}\n\n`;
      for (let length = Math.min(rest.length, most); length > 0; length = half(rest, length)) {
        const tokens = promptFor(before + rest.slice(0, length));
        if (tokens) return { tokens, length };
      }
      throw new PaddockError('bad-request', 'The window has no room to sum up what is left out. Choose a larger one.');
    },
  };
}

const EMPTY: Conversation = { system: '', pinned: { text: '', mode: 'off' }, turns: [] };

/** About half of a text, up to the end of a line if there is one. */
function half(text: string, length: number): number {
  const middle = length >> 1;
  return middle && (text.lastIndexOf('\n', middle - 1) + 1 || middle);
}

function inWords({ content, answer = '' }: Turn): string {
  return `User: ${content.map(({ text }) => text).join('\n')}\n\nAssistant: ${answer}`;
}
