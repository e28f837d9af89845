import type { Conversation } from './conversation.ts';

/** Characters of a title that is taken from a question. */
const LONGEST = 60;

/** What is known of a conversation without opening it. */
export interface Summary {
  readonly id: string;
  /** Empty for one in which nothing was asked. */
  readonly title: string;
  readonly used: number;
  readonly messages: number;
  /** All its text in lower case, for searching. */
  readonly words: string;
}

export function summaryOf(conversation: Conversation): Summary {
  const { id, used, messages } = conversation;
  const title = titleOf(conversation);
  return {
    id,
    title,
    used,
    messages: messages.length,
    words: [title, ...messages.map(({ text }) => text)].join('\n').toLowerCase(),
  };
}

/** The title the person gave, else the first words of the first question; for a command, preceded by what it is about. */
export function titleOf({ title, messages }: Conversation): string {
  const first = messages[0];
  if (title !== '' || !first) return title;
  const [command = '', ...words] = first.text.trim().split(/\s+/);
  // What a command is about says more than the command.
  const about = command.startsWith('/') ? first.attachments.map(({ label }) => label) : [];
  return shortened([command, ...about, ...words].join(' ').replaceAll(/\s+/g, ' ').trim());
}

/** Those in which every word of the search occurs, the last used first. */
export function found(summaries: readonly Summary[], search: string): Summary[] {
  const wanted = search.toLowerCase().split(/\s+/);
  return summaries
    .filter(({ words }) => wanted.every((word) => words.includes(word)))
    .sort((a, b) => b.used - a.used || (a.id < b.id ? -1 : 1));
}

/** Cut between words where there are any, never inside a character. */
function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST) return text;
  const cut = characters.slice(0, LONGEST).join('');
  return `${cut.slice(0, cut.lastIndexOf(' ') > LONGEST / 2 ? cut.lastIndexOf(' ') : undefined)}…`;
}
