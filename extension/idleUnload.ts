import { inWords } from '../engine/index.ts';
import type { EngineState } from './engineState.ts';
import { isOpen } from './readiness.ts';

const MINUTE = 60_000;

/** The longest time that timers know, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** The facts that the time until unloading depends on. */
export interface Idleness {
  /** Minutes until it is unloaded; 0 for never. */
  readonly minutes: number;
  readonly isOpen: boolean;
  readonly isInUse: boolean;
  /** Time since its last use, in milliseconds. */
  readonly idleMs: number;
}

/** Milliseconds until a model is unloaded for lack of use; undefined if it stays. */
export function timeToUnload({ minutes, isOpen: isThere, isInUse, idleMs }: Idleness): number | undefined {
  if (minutes <= 0 || !isThere || isInUse) return undefined;
  return Math.max(0, minutes * MINUTE - idleMs);
}

/** The part of the engine's supervisor used here. */
interface Engine {
  readonly state: EngineState;
  readonly isInUse: boolean;
  onDidChangeState(listener: () => void): { dispose(): void };
  onDidUse(listener: () => void): { dispose(): void };
  unload(rests: boolean): Promise<void>;
}

/** Unloads a model that nobody has used for a while. Free of `vscode`. */
export class IdleUnload {
  readonly #engine: Engine;
  readonly #minutes: () => number;
  readonly #log: (message: string) => void;
  readonly #listeners: readonly { dispose(): void }[];
  #usedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** @param minutes as they are set now; 0 for never */
  constructor(engine: Engine, minutes: () => number, log: (message: string) => void) {
    this.#engine = engine;
    this.#minutes = minutes;
    this.#log = log;
    const onUse = () => {
      this.#usedAt = performance.now();
      this.follow();
    };
    this.#listeners = [engine.onDidUse(onUse), engine.onDidChangeState(onUse)];
    this.follow();
  }

  /** The setting may have changed; the time still counts from the last use. */
  follow(): void {
    clearTimeout(this.#timer);
    const left = this.#left;
    if (left !== undefined) this.#timer = setTimeout(() => this.#look(), Math.min(left, LONGEST));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener.dispose();
  }

  get #left(): number | undefined {
    const { state, isInUse } = this.#engine;
    const idleMs = performance.now() - this.#usedAt;
    return timeToUnload({ minutes: this.#minutes(), isOpen: isOpen(state), isInUse, idleMs });
  }

  #look(): void {
    if (this.#left !== 0) {
      this.follow();
      return;
    }
    this.#log('The model was not used for as long as is set; it is unloaded.');
    this.#engine.unload(true).catch((error: unknown) => this.#log(`The model could not be unloaded: ${inWords(error)}`));
  }
}
