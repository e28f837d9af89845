import type { ChatParams } from '../../../engine/index.ts';
import { BALANCED, THRESHOLD_STEPS } from '../../../webview/protocol/chatRefusals.ts';
import type { Message } from '../conversation.ts';
import type { Plan } from '../gauge.ts';
import type { Outcome } from '../generation.ts';
import { slashed } from '../slashCommands.ts';
import type { Decision } from './decision.ts';

/** How a question is answered that was refused: nothing is more probable than this. */
export const ANYWAY: Pick<ChatParams, 'refuseAbove'> = { refuseAbove: 1 };

/**
 * Above which probability a question is refused. Explaining code that the person has in front of them harms nobody: no dial makes that
 * stricter than the model is by itself.
 * @param threshold of the dial; null: the model decides by itself
 * @param question absent where nothing is asked yet
 */
export function thresholdFor(threshold: number | null, question: Message | undefined): Pick<ChatParams, 'refuseAbove'> {
  if (threshold === null) return {};
  const explains = question !== undefined && slashed(question.text)?.command === 'explain' && question.attachments.length > 0;
  return { refuseAbove: explains ? Math.max(threshold, BALANCED) : threshold };
}

/** The strictest place of the dial at which a refusal of this probability does not come about. */
export function thresholdThatPasses(probability: number): number {
  return Math.min(1, Math.ceil(probability * THRESHOLD_STEPS) / THRESHOLD_STEPS);
}

/** What is kept of how an answer was decided; nothing of models that do not decide so, and of answers that did not end. */
export function decisionOf(
  outcome: Outcome,
  { model }: Pick<Plan, 'model'>,
  { refuseAbove = BALANCED }: Pick<ChatParams, 'refuseAbove'>,
  anyway: boolean,
): { readonly decision?: Decision } {
  if (outcome.kind !== 'answered' || !outcome.answer.refusal) return {};
  const { probability, refused } = outcome.answer.refusal;
  return { decision: { probability, threshold: refuseAbove, refused, model: model.path, offers: anyway } };
}
