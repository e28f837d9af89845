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

/** Why a computation had no visible result. */
export const CAUSES = ['ahead', 'unlikely', 'filtered', 'called-off', 'unasked'] as const;

/**
 * `ahead`: computed for the text after a suggestion whose end was never reached. `unlikely`: the show filter hid it at every request.
 * `filtered`: another filter removed all of it, or the model said nothing. `called-off`: it was cancelled because the typed text disagreed.
 * `unasked`: it ended, and no request was waiting for it.
 */
export type Cause = (typeof CAUSES)[number];

/** Decode steps without a visible result, by reason. */
export type InVain = Readonly<Record<Cause, number>>;

export const NOTHING_IN_VAIN: InVain = { ahead: 0, unlikely: 0, filtered: 0, 'called-off': 0, unasked: 0 };

/** A computation, complete or not. */
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

/** An engine whose decode steps are counted, and among them those without a visible result. */
export class Watched implements CompletionEngine {
  readonly #engine: CompletionEngine;
  readonly #computations: Computation[] = [];

  constructor(engine: CompletionEngine) {
    this.#engine = engine;
  }

  /** Runs of the model for one token, or for one and its draft. For a cancelled computation, one for each piece it returned. */
  get steps(): number {
    return this.#computations.reduce((sum, { steps }) => sum + steps, 0);
  }

  /** Steps of computations without a visible result, each with one reason. */
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

  /** Records the outcome of a request after a text: what is shown now, or why nothing is. */
  note(prefix: string, outcome: Outcome): void {
    const shown = 'text' in outcome ? outcome.text : '';
    const seen = squeezed(prefix + shown);
    for (const computation of this.#computations.slice(-20)) {
      const isIts = prefix.startsWith(computation.prefix) && squeezed(computation.prefix + computation.said).startsWith(seen);
      if (!isIts) continue;
      if ('text' in outcome) computation.isSeen = true;
      // A request that was overtaken by typing showed nothing of it.
      else if (outcome.silence !== 'typed-on') computation.hiddenBy = outcome.silence === 'unlikely' ? 'unlikely' : 'filtered';
    }
  }
}

function causeOf({ hiddenBy, isAhead, hasEnded }: Computation): Cause {
  return hiddenBy ?? (isAhead ? 'ahead' : hasEnded ? 'unasked' : 'called-off');
}

/** Ignores white space, which is adapted to the document's style. */
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
