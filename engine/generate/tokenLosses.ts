import { PaddockError } from '../errors.ts';
import { argMax, logSumExp } from '../sampling/sampler.ts';
import type { Session } from '../session/session.ts';
import type { Pause } from './turns.ts';

/**
 * Runs tokens from scratch.
 * @yields −ln p of each token but the first, which has nothing before it
 * @throws PaddockError `bad-request` where they do not fit the window, `cancelled`, `runtime`
 */
export async function* tokenLosses(
  session: Session,
  tokens: readonly number[],
  signal?: AbortSignal,
  pause?: Pause,
): AsyncGenerator<number> {
  const width = session.vocabularySize;
  let position = 0;
  for await (const logits of session.evaluate(tokens.slice(0, -1), signal, pause)) {
    for (let start = 0; start < logits.length; start += width) {
      yield loss(logits.subarray(start, start + width), tokens[++position] as number);
    }
  }
}

function loss(logits: Float32Array, token: number): number {
  const value = logSumExp(logits, logits[argMax(logits)] as number) - (logits[token] as number);
  if (Number.isFinite(value)) return value;
  throw new PaddockError('runtime', 'The model gives a loss that is not a number. Its weights are damaged.');
}
