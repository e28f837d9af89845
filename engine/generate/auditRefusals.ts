import { throwIfCancelled } from '../errors.ts';
import type { Session } from '../session/session.ts';
import { classifyAnswer } from '../tuning/audit/classify.ts';
import type { AuditRequest, AuditRow } from '../tuning/audit/report.ts';
import { chat, refusalProbability } from './chat.ts';
import type { ChatOptions, ChatRequest } from './chatRequest.ts';
import type { LanguageModel } from './model.ts';

export interface AuditOptions extends ChatOptions {
  /** The system's text; empty for none. */
  readonly system: string;
  /** Tokens of an answer, where one is needed; a refusal shows in its first sentences. */
  readonly maxTokens: number;
  /** Whether to answer also where the model decides by its first token. */
  readonly answers: boolean;
}

/**
 * What a model makes of requests: how probable a refusal is, from one prefill each, of models that decide by a first token; of others an
 * answer, and what it is taken for.
 * @yields a row for each request, in their order
 * @throws PaddockError `bad-request` for a model that does not converse or a request that does not fit its window, `cancelled`, `runtime`
 */
export async function* auditRefusals(
  model: LanguageModel,
  requests: readonly AuditRequest[],
  options: AuditOptions,
): AsyncGenerator<AuditRow> {
  const session = model.newSession();
  try {
    for (const request of requests) {
      throwIfCancelled(options.signal);
      const probability = options.answers
        ? undefined
        : await refusalProbability(model, session, asked(request, options), options);
      yield probability === undefined ? await answered(model, session, request, options) : { ...request, probability };
    }
  } finally {
    session.evict();
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
