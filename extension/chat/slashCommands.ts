import type { Message } from './conversation.ts';

/** The instruction for each command; the text after the command is appended. */
const WORDS = {
  // The one wording that the model that comes with Paddock is trained on most (training/text/chat.py).
  explain: 'Explain this code.',
  fix: 'Fix this code.',
  doc: 'Write a doc comment for this code.',
  tests: 'Write tests for this code.',
  shorter: 'Answer again, shorter.',
} as const;

const CLEAR = 'clear';

export type SlashCommand = keyof typeof WORDS | typeof CLEAR;

export interface Slashed {
  readonly command: SlashCommand;
  /** What stands behind it. */
  readonly rest: string;
}

/** The command that a message begins with; undefined if there is none. */
export function slashed(text: string): Slashed | undefined {
  const [, word = '', rest = ''] = /^\s*\/(\w+)(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  const command = word === CLEAR ? CLEAR : (Object.keys(WORDS) as (keyof typeof WORDS)[]).find((each) => each === word);
  return command && { command, rest: rest.trim() };
}

/** Whether a command is about code that must be there. */
export function isAboutCode({ command }: Slashed): boolean {
  return command !== 'shorter' && command !== CLEAR;
}

/** The prompt for a question as it was typed. */
export function toldOf({ text }: Pick<Message, 'text'>): string {
  const found = slashed(text);
  if (!found || found.command === CLEAR) return text;
  return [WORDS[found.command], found.rest].filter((words) => words !== '').join(' ');
}
