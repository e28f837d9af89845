import { type Conversation, PaddockError, type Turn } from '../../engine/index.ts';

/** A message as VS Code passes it: its role, and its text or parts. */
export interface ToldMessage {
  readonly role: number;
  readonly content: string | readonly unknown[];
}

/** As of VS Code's `LanguageModelChatMessageRole`; the third is of some editors only. */
const USER = 1;
const ASSISTANT = 2;
const SYSTEM = 3;

/** A message's text. @throws PaddockError `bad-request` for pictures and the like, which would otherwise be silently dropped */
export function textOf({ content }: Pick<ToldMessage, 'content'>): string {
  if (typeof content === 'string') return content;
  return content.map(partText).join('');
}

/**
 * Messages as questions with their answers. Consecutive messages of one speaker are joined, an answer without a question gets an empty
 * one, and an answer at the end is continued.
 * @throws PaddockError `bad-request` where there is nothing to answer
 */
export function conversationOf(messages: readonly ToldMessage[]): Conversation {
  const system: string[] = [];
  const turns: { question: string[]; answer: string[] }[] = [];
  for (const message of messages) {
    const text = textOf(message);
    const last = turns.at(-1);
    if (message.role === SYSTEM) system.push(text);
    else if (message.role === ASSISTANT && last) last.answer.push(text);
    else if (message.role === ASSISTANT) turns.push({ question: [], answer: [text] });
    else if (message.role !== USER) throw new PaddockError('bad-request', `No model knows a speaker ${message.role}.`);
    else if (last && last.answer.length === 0) last.question.push(text);
    else turns.push({ question: [text], answer: [] });
  }
  if (turns.length === 0) throw new PaddockError('bad-request', 'There is no message to answer. Send one of the user.');
  return { system: system.join('\n\n'), pinned: { text: '', mode: 'off' }, turns: turns.map(turnOf) };
}

function turnOf({ question, answer }: { readonly question: readonly string[]; readonly answer: readonly string[] }): Turn {
  const content = [{ kind: 'text' as const, text: question.join('\n\n') }];
  return answer.length > 0 ? { content, answer: answer.join('\n\n') } : { content };
}

/** Parts of text have a `value`, results of tools have `content`. */
function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part === 'object' && part !== null) {
    if ('value' in part && typeof part.value === 'string') return part.value;
    if ('content' in part && Array.isArray(part.content)) return part.content.map(partText).join('');
  }
  throw new PaddockError('bad-request', 'A message holds something that is no text, which this model cannot read.');
}
