import type { Attachment, Conversation } from './conversation.ts';
import { branchOf } from './conversation.ts';
import { titleOf } from './titles.ts';

/** How those who speak are called. */
export interface Speakers {
  readonly user: string;
  readonly assistant: string;
}

/** The branch that is shown, as a Markdown document. */
export function asMarkdown(conversation: Conversation, speakers: Speakers): string {
  const parts = branchOf(conversation).map(({ message: { role, text, attachments, error } }) => {
    const said = [...attachments.map(fenced), text, error === '' ? '' : `> ${error}`].filter((part) => part.trim() !== '');
    return [`## ${speakers[role]}`, ...said].join('\n\n');
  });
  return `${[`# ${titleOf(conversation)}`, ...parts].join('\n\n')}\n`;
}

/** A fence longer than any in the text. */
function fenced({ label, language, text }: Attachment): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${label}:\n\n${ticks}${language}\n${text.replace(/\n$/, '')}\n${ticks}`;
}
