import { throwIfCancelled } from '../errors.ts';
import type { Steering } from '../runtime/steering.ts';
import type { Session } from '../session/session.ts';
import { classifyAnswer } from '../tuning/audit/classify.ts';
import type { AuditRequest, AuditRow } from '../tuning/audit/report.ts';
import { chat, refusalProbability } from './chat.ts';
import type { ChatOptions, ChatRequest } from './chatRequest.ts';
import { decidesToRefuse } from './decision.ts';
import { crossed } from './dialCrossing.ts';
import type { LanguageModel } from './model.ts';

export interface AuditOptions extends ChatOptions {
  /** The system's text; empty for none. */
  readonly system: string;
  /** Tokens of an answer, where one is needed; a refusal shows in its first sentences. */
  readonly maxTokens: number;
  /** Whether to generate an answer even if a prefill is enough. */
  readonly answers: boolean;
  /** Steering during the whole audit; absent for none. */
  readonly steering?: Steering | undefined;
  /** Steering at each of the dial's {@link TRIED_PLACES}, where the dial drives a direction; instead of `steering`. */
  readonly along?: readonly (Steering | undefined)[] | undefined;
}

/** Tokens of context that requests have where several timelines stand side by side. */
const SIDE_WINDOW = 1024;

/** Tokens of context that an audit takes, over all of its timelines. */
export function auditedTokens({ window }: Pick<LanguageModel, 'window'>, along: AuditOptions['along']): number {
  return along ? along.length * Math.min(SIDE_WINDOW, window) : window;
}

/**
 * What a model does with requests. If it decides by a first token: the probability of a refusal, from one prefill each. Otherwise: that
 * probability by the words refusals begin with, and an answer with its classification. Along a direction: up to which threshold of the
 * dial a request is refused, from one prefill at each of a few places. If nothing says what a refusal begins with, only the answer.
 * @yields a row for each request, in their order
 * @throws PaddockError `bad-request` for a model that does not converse or cannot be steered, or a request that does not fit its window;
 * `cancelled`, `runtime`
 */
export async function* auditRefusals(
  model: LanguageModel,
  requests: readonly AuditRequest[],
  options: AuditOptions,
): AsyncGenerator<AuditRow> {
  const { along, steering, answers, signal } = options;
  const window = Math.min(SIDE_WINDOW, model.window);
  const sessions = along
    ? along.map((each) => model.newSession({ window, ...(each && { steering: each }) }))
    : [model.newSession(steering ? { steering } : {})];
  // Answers are of the model as it is: in the middle of the dial.
  const session = sessions[sessions.length >> 1] as Session;
  const decides = along === undefined && decidesToRefuse(model.tokenizer);
  try {
    for (const request of requests) {
      throwIfCancelled(signal);
      const read: (number | undefined)[] = [];
      if (!(answers && decides)) {
        for (const each of sessions) read.push(await refusalProbability(model, each, weighed(request, options), options));
      }
      const probability = along ? crossed(read) : read[0];
      const found = probability === undefined ? {} : { probability };
      const isTold = (along !== undefined || decides) && probability !== undefined;
      if (isTold && !answers) yield { ...request, ...found };
      else yield { ...(await answered(model, session, request, options)), ...found };
    }
  } finally {
    for (const each of sessions) each.evict();
  }
}

async function answered(model: LanguageModel, session: Session, request: AuditRequest, options: AuditOptions): Promise<AuditRow> {
  const pieces = chat(model, session, asked(request, options), options);
  for (;;) {
    const next = await pieces.next();
    if (!next.done) continue;
    const { text, refusal } = next.value;
    const outcome = classifyAnswer(text);
    return { ...request, ...(refusal && { probability: refusal.probability }), outcome, answer: text };
  }
}

function asked({ prompt }: AuditRequest, { system, maxTokens }: AuditOptions): ChatRequest {
  const turns = [{ content: [{ kind: 'text' as const, text: prompt }] }];
  return { conversation: { system, pinned: { text: '', mode: 'off' }, turns }, overflow: 'oldest', maxTokens };
}

/** The same, so that any model says how probable a refusal is. */
function weighed(request: AuditRequest, options: AuditOptions): ChatRequest {
  return { ...asked(request, options), refuseAbove: 0.5 };
}
