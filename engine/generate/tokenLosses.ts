import { PaddockError } from '../errors.ts';
import type { LogitRow } from '../runtime/modelRuntime.ts';
import { summaryOf } from '../sampling/sampler.ts';
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
  let position = 0;
  for await (const rows of session.evaluate(tokens.slice(0, -1), signal, pause)) {
    for (const row of rows) yield loss(row, tokens[++position] as number);
  }
}

function loss({ logits, summary = summaryOf(logits) }: LogitRow, token: number): number {
  const value = summary.logSumExp - (logits[token] as number);
  if (Number.isFinite(value)) return value;
  throw new PaddockError('runtime', 'The model gives a loss that is not a number. Its weights are damaged.');
}
