import type { CandidatesParams, CompleteParams, CompleteResult, LineCandidate } from '../../../engine/index.ts';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';

/** A computation, whether or not it came to its end. */
interface Computation {
  readonly prefix: string;
  said: string;
  steps: number;
  isSeen: boolean;
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

  /** Those of computations of which nothing was seen. */
  get wasted(): number {
    return this.#computations.reduce((sum, { steps, isSeen }) => sum + (isSeen ? 0 : steps), 0);
  }

  async complete(
    params: CompleteParams,
    signal: AbortSignal,
    onText?: (piece: string) => void,
    enough?: AbortSignal,
  ): Promise<CompleteResult> {
    const computation = { prefix: params.prefix, said: '', steps: 0, isSeen: false };
    this.#computations.push(computation);
    const hear = (piece: string) => {
      computation.said += piece;
      computation.steps++;
      onText?.(piece);
    };
    const result = await this.#engine.complete(params, signal, hear, enough);
    computation.said = result.text;
    computation.steps = result.stats.generatedTokens - result.stats.accepted;
    return result;
  }

  candidates(params: CandidatesParams, signal: AbortSignal): Promise<readonly LineCandidate[]> {
    return this.#engine.candidates(params, signal);
  }

  /** Notes what is on the screen behind a text. */
  see(prefix: string, suggestion: string): void {
    const seen = squeezed(prefix + suggestion);
    for (const computation of this.#computations.slice(-20)) {
      const isIts = prefix.startsWith(computation.prefix) && squeezed(computation.prefix + computation.said).startsWith(seen);
      computation.isSeen ||= isIts;
    }
  }
}

/** White space does not count, which is put into the document's form. */
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
