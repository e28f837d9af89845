import type { Turn } from '../../engine/index.ts';
import type { Attached } from '../chat/chatHost.ts';
import { contentOf } from '../chat/prompt.ts';

/** An earlier question, and the text of its answer. */
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
 * A question to the participant, with the earlier turns. Code is attached as in Paddock's own chat, the form the default model was
 * trained on.
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
