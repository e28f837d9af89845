import { PaddockError } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { LanguageModel } from './model.ts';
import { textPrompt } from './textPrompt.ts';
import { tokenLosses } from './tokenLosses.ts';

/** How well a model predicts a text. */
export interface TextLoss {
  /** Sum of −ln p over the predicted tokens. */
  readonly nats: number;
  readonly tokens: number;
  /** UTF-8 bytes of the text. */
  readonly bytes: number;
}

/**
 * The loss of a text, left to right. A text longer than the context window is cut into windows that overlap by half; every token is
 * predicted once, from at least half a window of context if there is as much.
 * @throws PaddockError `bad-request` for an encoder–decoder or a window of one token, `cancelled`, `runtime`
 */
export async function textLoss(model: LanguageModel, session: Session, text: string, signal?: AbortSignal): Promise<TextLoss> {
  if (model.config.answerStart !== undefined) {
    throw new PaddockError('bad-request', 'An encoder–decoder predicts answers, not texts from left to right. Choose a decoder.');
  }
  const { contextLength } = session;
  if (contextLength < 2) throw new PaddockError('bad-request', 'A window of 1 token predicts nothing. Choose a larger one.');
  const tokens = textPrompt(model, model.tokenizer.encode(text));
  const half = contextLength >> 1;
  let nats = 0;
  let predicted = 1; // the first token has nothing before it
  for (let start = 0; predicted < tokens.length; start += half) {
    const window = tokens.slice(start, start + contextLength);
    let position = start;
    for await (const loss of tokenLosses(session, window, signal)) {
      position++;
      if (position >= predicted) nats += loss;
    }
    predicted = start + window.length;
  }
  return { nats, tokens: Math.max(0, tokens.length - 1), bytes: new TextEncoder().encode(text).length };
}
