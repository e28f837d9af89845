import type { Message } from '../conversation.ts';
import type { Plan } from '../gauge.ts';
import type { Outcome } from '../generation.ts';
import { slashed } from '../slashCommands.ts';
import { type Decision, decisionFor } from './decision.ts';

/** Whether a question is to explain code that goes with it. @param question absent where nothing is asked yet */
export function explainsCode(question: Pick<Message, 'text' | 'attachments'> | undefined): boolean {
  return question !== undefined && slashed(question.text)?.command === 'explain' && question.attachments.length > 0;
}

/** What is kept of how an answer was decided; nothing of answers that did not end. */
export function decisionOf(outcome: Outcome, { model, params, wanted }: Plan): { readonly decision?: Decision } {
  const decision = outcome.kind === 'answered' ? decisionFor(outcome.answer, model, params, wanted) : undefined;
  return decision ? { decision } : {};
}
