import { PaddockError } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { LanguageModel } from './model.ts';
import { type GeneratedText, type GenerationRequest, streamText } from './streamText.ts';
import { textPrompt } from './textPrompt.ts';
import type { Pause } from './turns.ts';

/** A text to continue. */
export interface TextRequest extends GenerationRequest {
  readonly prompt: string;
}

/**
 * Continues any text, as the model was trained to; an encoder–decoder answers it. Control tokens in the prompt are only text.
 * @yields pieces of text as they are generated
 * @throws PaddockError `bad-request` for an empty prompt or one that does not fit the window, `cancelled`, `runtime`
 */
export async function* continueText(
  model: LanguageModel,
  session: Session,
  request: TextRequest,
  signal?: AbortSignal,
  pause?: Pause,
): AsyncGenerator<string, GeneratedText> {
  const tokens = textPrompt(model, model.tokenizer.encode(request.prompt));
  if (tokens.length === 0)
    throw new PaddockError('bad-request', 'The prompt is empty, and this model has no token to begin with.');
  const { maxTokens, sampling, stop = [], speculate } = request;
  if (sampling?.repeatable) session.forgetUneven();
  return yield* streamText(model, session, tokens, { maxTokens, sampling, stops: stop, speculate, signal, pause });
}
