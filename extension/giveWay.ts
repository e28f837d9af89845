import type { EngineState } from './engineState.ts';
import { isOpen } from './readiness.ts';

type Listening = (listener: () => void) => { dispose(): void };

/** The parts of the two engines that are used here. */
interface Completing {
  /** Whether it computes a completion that somebody waits for. */
  readonly isAwaited: boolean;
  readonly onDidChangeAwaited: Listening;
}

interface Yielding {
  readonly state: EngineState;
  readonly isInUse: boolean;
  readonly onDidChangeState: Listening;
  readonly onDidUse: Listening;
  giveWay(signal: AbortSignal): Promise<void>;
}

/**
 * Lets completions go first: while one is computed, the engine of conversations pauses, as it would if both had one process. An engine that
 * is started anew meanwhile is asked again, and one whose completions have ended, for whatever reason, holds nobody up. Free of `vscode`.
 */
export class GiveWay {
  readonly #completing: Completing;
  readonly #yielding: Yielding;
  readonly #listeners: readonly { dispose(): void }[];
  #under: AbortController | undefined;

  constructor(completing: Completing, yielding: Yielding) {
    this.#completing = completing;
    this.#yielding = yielding;
    const look = () => this.#look();
    this.#listeners = [completing.onDidChangeAwaited(look), yielding.onDidChangeState(look), yielding.onDidUse(look)];
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#under?.abort();
  }

  #look(): void {
    const { state, isInUse } = this.#yielding;
    const shall = this.#completing.isAwaited && isInUse && isOpen(state);
    if (shall === (this.#under !== undefined)) return;
    this.#under?.abort();
    this.#under = shall ? this.#begin() : undefined;
  }

  #begin(): AbortController {
    const under = new AbortController();
    // An engine that dies meanwhile says so by its state.
    this.#yielding.giveWay(under.signal).catch(() => undefined);
    return under;
  }
}
