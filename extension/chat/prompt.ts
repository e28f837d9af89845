import type { Content, Turn } from '../../engine/index.ts';
import type { Attachment, Message } from './conversation.ts';
import { isAboutCode, slashed, toldOf } from './slashCommands.ts';

/** Turns by question and answer, both immutable: a change makes a new object. */
const TURNS = new WeakMap<Message, { readonly answer: Message | undefined; readonly turn: Turn }>();
/** Attachments as they are read, with their names and without. */
const [NAMED, BARE] = [new WeakMap<Attachment, Content>(), new WeakMap<Attachment, Content>()];

/** What of a branch goes to the model. */
export interface Prompt {
  readonly turns: readonly Turn[];
  /** Of the last turn, the most alike last. */
  readonly examples: readonly Turn[];
  /** The messages of each turn, by their names. */
  readonly messages: readonly (readonly string[])[];
}

/**
 * A branch as turns, the last of which is to be answered. A question without any answer is left out with it, because models expect
 * questions and answers to alternate. Unchanged turns stay the same objects, so that they need not be read again.
 * @param branch from the first question to the one to be answered
 */
export function promptOf(branch: readonly Message[]): Prompt {
  const turns: Turn[] = [];
  const messages: string[][] = [];
  for (const [place, message] of branch.entries()) {
    if (message.role !== 'user') continue;
    const answer = branch[place + 1];
    if (answer && answer.text === '') continue;
    turns.push(turnOf(message, answer));
    messages.push([message.id, ...(answer ? [answer.id] : [])]);
  }
  const last = branch.at(-1);
  return { turns, messages, examples: last?.role === 'user' ? examplesOf(last) : [] };
}

function turnOf(question: Message, answer: Message | undefined): Turn {
  const known = TURNS.get(question);
  if (known && known.answer === answer) return known.turn;
  const { pinned } = question;
  const turn = { content: contentOf(question), ...(answer && { answer: answer.text }), ...(pinned && { pinned }) };
  TURNS.set(question, { answer, turn });
  return turn;
}

/** The same question about other code, and how that is answered. */
function examplesOf(question: Message): Turn[] {
  const text = { kind: 'text' as const, text: toldOf(question) };
  return (question.examples ?? []).toReversed().map(({ language, code, answer }) => {
    return { content: [text, { kind: 'attachment', label: '', language, text: code }], answer };
  });
}

/** A question in the form that models are trained on most: the words, then the code in fences. */
export function contentOf(question: Pick<Message, 'text' | 'attachments'>): Content[] {
  const { attachments } = question;
  const text = toldOf(question);
  const words: Content[] = text === '' && attachments.length > 0 ? [] : [{ kind: 'text', text }];
  const command = slashed(question.text);
  const [only, ...more] = attachments;
  if (only && more.length === 0 && command && isAboutCode(command)) return [...words, remembered(BARE, only, bare)];
  return [...words, ...attachments.map((attachment) => remembered(NAMED, attachment, named))];
}

/** Attachments are formatted once, whatever is written beside them. */
function remembered(known: WeakMap<Attachment, Content>, attachment: Attachment, read: (attachment: Attachment) => Content) {
  const part = known.get(attachment) ?? read(attachment);
  known.set(attachment, part);
  return part;
}

function named({ label, language, text }: Attachment): Content {
  return { kind: 'attachment', label, language, text };
}

/** Languages of editors by the names that fences have for them, where the two differ. */
const FENCES: Readonly<Record<string, string>> = { typescriptreact: 'typescript', javascriptreact: 'javascript' };

/** Code without the name of its file and without common indentation, which is how the default model knows it. */
function bare({ language, text }: Attachment): Content {
  return { kind: 'attachment', label: '', language: FENCES[language] ?? language, text: withoutIndentation(text) };
}

export function withoutIndentation(text: string): string {
  const lines = text
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd()
    .split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^[^\S\n]*/.exec(line)?.[0] ?? '');
  const common = indents.reduce((shared, indent) => {
    let length = 0;
    while (length < shared.length && shared[length] === indent[length]) length++;
    return shared.slice(0, length);
  }, indents[0] ?? '');
  return lines.map((line) => (line.startsWith(common) ? line.slice(common.length) : line.trim())).join('\n');
}
