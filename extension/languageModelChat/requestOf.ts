import { type ChatBudget, type ChatParams, PaddockError } from '../../engine/index.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import { useOf } from '../chat/windowControls.ts';
import { conversationOf, type ToldMessage } from './conversationOf.ts';

/** Most input and output tokens, with the window as it is used. */
export function limitsOf({ window, reserve }: WindowControls): { readonly input: number; readonly output: number } {
  return { input: window - reserve, output: reserve };
}

/**
 * The engine's request for messages from VS Code's chat.
 * @param controls how the window of the model is used
 * @param options by their usual names: `temperature`, `top_p`, `seed`, `max_tokens`, `stop`; others are ignored
 * @throws PaddockError `bad-request`
 */
export function requestOf(
  messages: readonly ToldMessage[],
  controls: WindowControls,
  options: Readonly<Record<string, unknown>>,
): ChatParams {
  const { output } = limitsOf(controls);
  const { temperature, top_p: topP, seed, max_tokens: most, stop } = options;
  const stops = (Array.isArray(stop) ? stop : [stop]).filter((each) => typeof each === 'string' && each !== '');
  const isDrawn = isNumber(temperature) && temperature > 0;
  return {
    conversation: conversationOf(messages),
    ...useOf(controls),
    maxTokens: isNumber(most) && most >= 1 ? Math.min(Math.floor(most), output) : output,
    ...(stops.length > 0 && { stop: stops }),
    ...(isDrawn && {
      sampling: {
        temperature,
        topK: 0,
        topP: isNumber(topP) && topP > 0 && topP <= 1 ? topP : 1,
        ...(isNumber(seed) ? { seed, repeatable: true } : { seed: Math.floor(Math.random() * 2 ** 31) }),
      },
    }),
  };
}

/** The sender counts messages itself, and gets an error if they do not fit. @throws PaddockError `bad-request` */
export function checkWhole({ leftOut, cut, window, reserve }: ChatBudget): void {
  if (leftOut.length === 0 && !cut) return;
  throw new PaddockError(
    'bad-request',
    `The messages are longer than the window of ${window} tokens, of which ${reserve} are kept for the answer. Send fewer, or shorter ones.`,
  );
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
