import type {
  CandidatesParams,
  CompleteParams,
  CompleteResult,
  LineCandidate,
  OnAnswerText,
  TokenMark,
} from '../../../engine/index.ts';
import type { Outcome } from '../../../extension/completion/completer.ts';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';

/** Why nothing was seen of a computation. */
export const CAUSES = ['ahead', 'unlikely', 'filtered', 'called-off', 'unasked'] as const;

/**
 * `ahead`: of what would follow a suggestion whose end was never come to. `unlikely`: the show filter hid it whenever it was asked for.
 * `filtered`: another filter left nothing of it, or the model said nothing. `called-off`: what was typed disagreed before it had ended.
 * `unasked`: it ended, and nobody was there for it.
 */
export type Cause = (typeof CAUSES)[number];

/** Decode steps by why nothing was seen of them. */
export type InVain = Readonly<Record<Cause, number>>;

export const NOTHING_IN_VAIN: InVain = { ahead: 0, unlikely: 0, filtered: 0, 'called-off': 0, unasked: 0 };

/** A computation, whether or not it came to its end. */
interface Computation {
  readonly prefix: string;
  readonly isAhead: boolean;
  said: string;
  steps: number;
  hasEnded: boolean;
  isSeen: boolean;
  /** Why the last request for it showed nothing. */
  hiddenBy: 'unlikely' | 'filtered' | undefined;
}

/** An engine whose decode steps are counted, those in vain among them. */
export class Watched implements CompletionEngine {
  readonly #engine: CompletionEngine;
  readonly #computations: Computation[] = [];

  constructor(engine: CompletionEngine) {
    this.#engine = engine;
  }

  /** Runs of the model for one token, or for one and its draft. Of a computation that was called off, one for each piece that it had said. */
  get steps(): number {
    return this.#computations.reduce((sum, { steps }) => sum + steps, 0);
  }

  /** Those of computations of which nothing was seen, each by one cause. */
  get inVain(): InVain {
    const sums = { ...NOTHING_IN_VAIN };
    for (const each of this.#computations) if (!each.isSeen) sums[causeOf(each)] += each.steps;
    return sums;
  }

  async complete(
    params: CompleteParams,
    signal: AbortSignal,
    onText?: OnAnswerText,
    enough?: AbortSignal,
  ): Promise<CompleteResult> {
    const { prefix, ahead: isAhead = false } = params;
    const computation: Computation = { prefix, isAhead, said: '', steps: 0, hasEnded: false, isSeen: false, hiddenBy: undefined };
    this.#computations.push(computation);
    const hear = (piece: string, marks: readonly TokenMark[]) => {
      computation.said += piece;
      computation.steps++;
      onText?.(piece, marks);
    };
    const result = await this.#engine.complete(params, signal, hear, enough);
    computation.said = result.text;
    computation.steps = result.stats.generatedTokens - result.stats.accepted;
    computation.hasEnded = true;
    return result;
  }

  candidates(params: CandidatesParams, signal: AbortSignal): Promise<readonly LineCandidate[]> {
    return this.#engine.candidates(params, signal);
  }

  /** Notes what came of a request behind a text: what is on the screen now, or why nothing is. */
  note(prefix: string, outcome: Outcome): void {
    const shown = 'text' in outcome ? outcome.text : '';
    const seen = squeezed(prefix + shown);
    for (const computation of this.#computations.slice(-20)) {
      const isIts = prefix.startsWith(computation.prefix) && squeezed(computation.prefix + computation.said).startsWith(seen);
      if (!isIts) continue;
      if ('text' in outcome) computation.isSeen = true;
      // Who was still typing has not been told anything of it.
      else if (outcome.silence !== 'typed-on') computation.hiddenBy = outcome.silence === 'unlikely' ? 'unlikely' : 'filtered';
    }
  }
}

function causeOf({ hiddenBy, isAhead, hasEnded }: Computation): Cause {
  return hiddenBy ?? (isAhead ? 'ahead' : hasEnded ? 'unasked' : 'called-off');
}

/** White space does not count, which is put into the document's form. */
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
