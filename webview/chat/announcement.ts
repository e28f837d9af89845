import type { ChatView } from '../protocol/chat.ts';
import type { ChatTexts } from '../protocol/chatTexts.ts';
import { counted } from '../shared/counted.ts';
import { fill } from '../shared/fill.ts';
import { spoken } from './markdown/parse.ts';

/** Characters of an answer that are announced; the rest can be read in place. */
const MOST_CHARACTERS = 2_000;

/**
 * What a screen reader announces when the view changes: that an answer is being written, which of several, and the finished answer.
 * Pieces are not announced, because nobody could follow them.
 * @returns undefined: nothing new
 */
export function announcement(before: ChatView | undefined, now: ChatView, texts: ChatTexts): string | undefined {
  const message = now.messages.at(-1);
  if (before?.id !== now.id || message?.role !== 'assistant') return undefined;
  const was = before.messages.findLast(({ id }) => id === message.id)?.state;
  if (message.state === 'streaming') {
    if (was === 'streaming') return undefined;
    const { drawing = 0 } = message.judging ?? {};
    return drawing > 0 ? `${texts.answering} ${fill(texts.drawing, String(drawing))}` : texts.answering;
  }
  if (was !== 'streaming') return undefined;
  if (message.state === 'failed') return message.error;
  const said = spoken(message.text, (lines) => counted(lines, texts.codeLine, texts.codeLines)).slice(0, MOST_CHARACTERS);
  return message.state === 'stopped' ? `${said}\n${message.error || texts.stopped}` : said;
}
