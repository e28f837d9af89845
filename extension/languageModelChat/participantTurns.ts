import type { Turn } from '../../engine/index.ts';
import type { Attached } from '../chat/chatHost.ts';
import { contentOf } from '../chat/prompt.ts';

/** What was asked before, and the answer as far as it is text. */
export interface Asked {
  readonly command: string;
  readonly prompt: string;
  readonly answer: string;
}

/** Whether a command needs code; without a command the question can be about anything. */
export function isAboutCode(command: string): boolean {
  return command === 'explain';
}

/**
 * A question to the participant, with what went before. Code goes along as in Paddock's own chat, which is the form that the default model is
 * trained for.
 */
export function turnsOf(before: readonly Asked[], command: string, prompt: string, attached: readonly Attached[]): Turn[] {
  const earlier = before.filter(({ answer }) => answer !== '');
  const attachments = attached.map((each, at) => ({ id: String(at), ...each }));
  return [
    ...earlier.map((each) => ({ content: contentOf({ text: typed(each), attachments: [] }), answer: each.answer })),
    { content: contentOf({ text: typed({ command, prompt }), attachments }) },
  ];
}

/** The question as it would be typed in Paddock's own chat. */
function typed({ command, prompt }: Pick<Asked, 'command' | 'prompt'>): string {
  return (command === '' ? prompt : `/${command} ${prompt}`).trim();
}
