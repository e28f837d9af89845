import type { ChatAnswer } from '../../engine/index.ts';
import type { Doubt } from '../../webview/protocol/chatMessages.ts';

/** Below one half, the model thought something else more probable; below a tenth, it chose among many. */
const LOW = Math.log(0.5);
const LOWEST = Math.log(0.1);

/**
 * The stretches of an answer that were improbable to the model, in order. Neighbours of the same level are one stretch; white space alone
 * is none.
 */
export function doubtsOf({ text, marks }: Pick<ChatAnswer, 'text' | 'marks'>): Doubt[] {
  const doubts: Doubt[] = [];
  let from = 0;
  for (const { end, logProbability } of marks) {
    const to = Math.min(end, text.length);
    const level = logProbability < LOWEST ? 'lowest' : 'low';
    if (logProbability < LOW && text.slice(from, to).trim() !== '') {
      const last = doubts.at(-1);
      if (last?.to === from && last.level === level) doubts[doubts.length - 1] = { ...last, to };
      else doubts.push({ from, to, level });
    }
    from = Math.max(from, to);
  }
  return doubts;
}
