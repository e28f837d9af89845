import type { Conversation, Turn } from '../chat/conversation.ts';
import { templateFor } from '../chat/formats.ts';
import { planChat } from '../chat/plan.ts';
import { isPaddockError } from '../errors.ts';
import type { ChatOptions, ChatRequest } from './chatRequest.ts';
import type { LanguageModel } from './model.ts';
import { streamText, untilEnd } from './streamText.ts';

/** Tokens of a summary, at most: that much of the window is kept free for it. */
export const SUMMARY_TOKENS = 128;

const ASK = 'Summarise this conversation in a few short sentences. Keep names, decisions and what is still open.';

/** The last summary of each model: a conversation asks for the same one at every message until another turn has to go. */
const LAST = new WeakMap<LanguageModel, { readonly of: string; readonly text: string }>();

/** A conversation whose system's text ends with what was said in turns that are left out. */
export function withSummary(conversation: Conversation, summary: string): Conversation {
  const earlier = `Earlier in this conversation: ${summary}`;
  return { ...conversation, system: conversation.system === '' ? earlier : `${conversation.system}\n\n${earlier}` };
}

/**
 * Turns in the model's own words, in at most {@link SUMMARY_TOKENS} tokens. It runs in a timeline of its own, which is given back, so the
 * conversation's cache stays.
 * @param window tokens of context
 * @throws PaddockError `cancelled`, `runtime`
 */
export async function summaryOf(
  model: LanguageModel,
  turns: readonly Turn[],
  window: number,
  request: ChatRequest,
  { name, signal, pause }: ChatOptions,
): Promise<string> {
  const transcript = turns.map(inWords).join('\n\n');
  const known = LAST.get(model);
  if (known?.of === transcript) return known.text;
  const { source, stops } = templateFor(model.tokenizer, name, request.format);
  const prompter = { template: source, tokenizer: model.tokenizer };
  const session = model.newSession({ window });
  try {
    const prompt = promptFor(transcript, window, (conversation, options) => planChat(conversation, prompter, options).tokens);
    const pieces = streamText(model, session, prompt, { maxTokens: SUMMARY_TOKENS, stops: [...stops, '\n\n'], signal, pause });
    const summary = (await untilEnd(pieces)).text.trim();
    LAST.set(model, { of: transcript, text: summary });
    return summary;
  } finally {
    session.evict();
  }
}

/** The prompt with as much of the transcript's end as fits. */
function promptFor(
  transcript: string,
  window: number,
  encode: (conversation: Conversation, options: Parameters<typeof planChat>[2]) => readonly number[],
): readonly number[] {
  for (let text = transcript; ; text = text.slice(Math.ceil(text.length / 2))) {
    const content = [{ kind: 'text' as const, text: `${text}\n\n${ASK}` }];
    const conversation: Conversation = { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content }] };
    try {
      return encode(conversation, { window, reserve: Math.min(SUMMARY_TOKENS, window >> 1), overflow: 'oldest' });
    } catch (error) {
      if (!isPaddockError(error, 'bad-request') || text === '') throw error;
    }
  }
}

function inWords({ content, answer = '' }: Turn): string {
  return `User: ${content.map(({ text }) => text).join('\n')}\n\nAssistant: ${answer}`;
}
