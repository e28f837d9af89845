import { throwIfCancelled } from '../errors.ts';
import type { Steering } from '../runtime/steering.ts';
import type { SessionOptions } from '../session/session.ts';
import { crossingOf } from '../tuning/refusal/dial.ts';
import { refusalProbability } from './chat.ts';
import type { ChatOptions, ChatRequest } from './chatRequest.ts';
import type { LanguageModel } from './model.ts';

/**
 * Up to which threshold of the dial the last turn of a conversation is refused along a direction, from one prefill at each of some
 * places; one timeline after the other, so that there is never more than one beside those there are.
 * @param along steering at each of the dial's `TRIED_PLACES`, in order; undefined where there is none
 * @param timeline how it uses the window
 * @returns 0–1, as `crossingOf`; undefined where nothing says what a refusal begins with
 * @throws PaddockError `bad-request` for a turn that does not fit the window, or a model that cannot be steered; `cancelled`, `runtime`
 */
export async function dialCrossing(
  model: LanguageModel,
  request: ChatRequest,
  along: readonly (Steering | undefined)[],
  timeline: SessionOptions,
  options: ChatOptions,
): Promise<number | undefined> {
  // What would be summarised is left out: writing a summary takes as long as an answer, and it would differ under each steering.
  const overflow = request.overflow === 'summary' ? 'oldest' : request.overflow;
  const read: (number | undefined)[] = [];
  for (const steering of along) {
    throwIfCancelled(options.signal);
    const session = model.newSession({ ...timeline, ...(steering && { steering }) });
    try {
      read.push(await refusalProbability(model, session, { ...request, overflow, refuseAbove: 0.5 }, options));
    } finally {
      session.evict();
    }
  }
  return crossed(read);
}

/** Where refusals with these probabilities at the dial's places cease. Undefined unless all are known. */
export function crossed(read: readonly (number | undefined)[]): number | undefined {
  const all = read.flatMap((probability) => (probability === undefined ? [] : [probability]));
  return all.length < read.length || all.length === 0 ? undefined : crossingOf(all);
}
