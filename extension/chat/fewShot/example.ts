import type { Attachment } from '../conversation.ts';
import { isAboutCode, slashed } from '../slashCommands.ts';

/** Slash commands whose answers can be shown by examples from a workspace: its comments and its tests. */
export const EXEMPLARY = ['explain', 'doc', 'tests'] as const;
export type Exemplary = (typeof EXEMPLARY)[number];

/** What examples are looked for. */
export interface Wanted {
  readonly command: Exemplary;
  /** The code that the question is about. */
  readonly code: Pick<Attachment, 'label' | 'language' | 'text'>;
}

/** What can be shown for a question: one of the commands, about one piece of code. */
export function wantedFor(text: string, attachments: readonly Wanted['code'][]): Wanted | undefined {
  const found = slashed(text);
  const command = EXEMPLARY.find((each) => each === found?.command);
  const [code, ...more] = attachments;
  return found && isAboutCode(found) && command && code && more.length === 0 ? { command, code } : undefined;
}
