import type { SegmentTokens } from './chat/conversation.ts';

/** What can go wrong, as codes that survive crossing processes. The message says what, where and what to do. */
export type ErrorCode =
  | 'model-not-found'
  | 'bad-model'
  | 'unsupported-model'
  | 'not-enough-memory'
  | 'bad-request'
  | 'no-model'
  | 'cancelled'
  | 'engine-gone'
  | 'runtime';

/** What a caller can act on, beside the code. */
export interface ErrorFacts {
  /** Of `not-enough-memory`: the tokens of context that would fit; 0 when none would. */
  readonly largestWindow?: number | undefined;
  /** Of a `bad-request` for a conversation whose last message does not fit: what that takes with all that is never left out. */
  readonly segments?: readonly SegmentTokens[] | undefined;
}

/** The only error the engine throws on purpose. */
export class PaddockError extends Error {
  override readonly name = 'PaddockError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, { cause, ...facts }: ErrorOptions & ErrorFacts = {}) {
    super(message, { cause });
    this.code = code;
    this.facts = facts;
  }
}

export function isPaddockError(error: unknown, code?: ErrorCode): error is PaddockError {
  return error instanceof PaddockError && (code === undefined || error.code === code);
}

/** The error of a cancelled request, wherever the cancellation is noticed. */
export function cancelled(): PaddockError {
  return new PaddockError('cancelled', 'The request was cancelled.');
}

/** @throws PaddockError `cancelled` when the signal is aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/** What went wrong, in words: the message of an error, or whatever else was thrown. */
export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
