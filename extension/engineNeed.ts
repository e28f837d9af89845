import type { ModelInfo, OpenModelParams } from '../engine/index.ts';
import type { EngineState } from './engineState.ts';

/** The part of the engine's supervisor used here. */
interface Engine {
  readonly state: EngineState;
  start(model: OpenModelParams): void;
  restart(model: OpenModelParams): void;
  stop(): void;
  ready(signal?: AbortSignal): Promise<ModelInfo>;
}

/** Reasons to run an engine process. */
export interface Needs {
  /** Whether suggestions come while typing. */
  readonly completes: () => boolean;
  /** Whether the chat is visible, or answering. */
  readonly chats: () => boolean;
}

/** Decides whether the engine runs: while inline completion is on, and for a chat without it. */
export class EngineNeed {
  readonly #engine: Engine;
  readonly #model: () => OpenModelParams;
  readonly #needs: Needs;

  /** @param model of the settings */
  constructor(engine: Engine, model: () => OpenModelParams, needs: Needs) {
    this.#engine = engine;
    this.#model = model;
    this.#needs = needs;
  }

  /** Whether a model that is chosen now is opened now. */
  get isThere(): boolean {
    return this.#needs.completes() || this.#needs.chats();
  }

  /** Settings have changed. */
  follow(): void {
    if (this.isThere) this.#engine.start(this.#model());
    else this.#engine.stop();
  }

  /** Restarts the engine. */
  restart(): void {
    if (this.isThere) this.#engine.restart(this.#model());
    else this.#engine.stop();
  }

  /** The chat has become visible: an engine that is off is started. A model unloaded on purpose stays unloaded. */
  wake(): void {
    if (this.#engine.state.kind === 'off') this.#engine.restart(this.#model());
  }

  /** Opens the model unless it is open, even if it was unloaded. */
  load(): void {
    const { kind } = this.#engine.state;
    if (kind === 'off' || kind === 'unloaded') this.#engine.restart(this.#model());
  }

  /** The model is needed for a request. @throws PaddockError `no-model` where it cannot be opened, `cancelled` */
  async ready(signal?: AbortSignal): Promise<ModelInfo> {
    this.load();
    return this.#engine.ready(signal);
  }
}
