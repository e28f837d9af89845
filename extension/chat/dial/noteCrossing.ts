import { inWords } from '../../../engine/index.ts';
import type { ChatEngine } from '../chatEngine.ts';
import type { ChatHost } from '../chatHost.ts';
import { changeAnswer } from '../conversation.ts';
import type { Plan } from '../gauge.ts';
import type { OpenConversations } from '../openConversations.ts';
import { type Decision, thresholdThatPasses } from './decision.ts';

/** The question that was answered anyway, and how. */
export interface AnsweredAnyway {
  readonly conversation: string;
  readonly answer: string;
  readonly plan: Plan;
  readonly decision: Decision | undefined;
}

/**
 * If the dial drives a direction, an answer does not show at which place the question passes. So the question is tried along the
 * direction in the background, and the place is stored with the answer; nothing if it is refused up to the permissive end. Never rejects.
 * @param onFound told when there is something to offer
 */
export async function noteCrossing(
  engine: ChatEngine,
  host: Pick<ChatHost, 'log'>,
  conversations: OpenConversations,
  { conversation, answer, plan, decision }: AnsweredAnyway,
  onFound: () => void,
): Promise<void> {
  const { params, wanted, model } = plan;
  const { steering, ...request } = params;
  if (wanted?.lever !== 'direction' || !steering || decision?.refused) return;
  try {
    const crossing = await engine.dialCrossing(
      { ...request, model: model.path, along: steering.path },
      new AbortController().signal,
    );
    if (crossing === undefined || crossing === 1) return;
    const offer = { passes: thresholdThatPasses(crossing), under: wanted };
    const known = decision ?? { probability: null, threshold: null, refused: false, model: model.key };
    await conversations.change(conversation, (now) => changeAnswer(now, answer, { decision: { ...known, offer } }, Date.now()));
    onFound();
  } catch (error) {
    host.log(`It could not be found out where on the dial the question passes: ${inWords(error)}`);
  }
}
