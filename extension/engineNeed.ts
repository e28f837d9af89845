import type { ModelInfo, OpenModelParams } from '../engine/index.ts';
import type { EngineState } from './engineState.ts';

/** The part of an engine's supervisor used here. */
interface Engine {
  readonly state: EngineState;
  readonly isInUse: boolean;
  start(model: OpenModelParams): void;
  restart(model: OpenModelParams): void;
  stop(): void;
  ready(signal?: AbortSignal): Promise<ModelInfo>;
}

/** The part of the engine of conversations used here. */
interface Conversations {
  readonly own: Engine;
  useOwn(has: boolean): void;
}

/** Models of the settings. */
export interface WantedModels {
  readonly completion: OpenModelParams;
  /** Of conversations; undefined where they use the one that completes. */
  readonly chat: OpenModelParams | undefined;
}

/** Reasons to run an engine process. */
export interface Needs {
  /** Whether suggestions come while typing. */
  readonly completes: () => boolean;
  /** Whether the chat is visible, or answering. */
  readonly chats: () => boolean;
}

/**
 * Decides which engines run: that of completions while inline completion is on, and for a chat without a model of its own; that of
 * conversations for a chat that has one.
 */
export class EngineNeed {
  readonly #completion: Engine;
  readonly #conversations: Conversations;
  readonly #models: () => WantedModels;
  readonly #needs: Needs;

  /** @param models of the settings */
  constructor(completion: Engine, conversations: Conversations, models: () => WantedModels, needs: Needs) {
    this.#completion = completion;
    this.#conversations = conversations;
    this.#models = models;
    this.#needs = needs;
  }

  /** Whether suggestions come while typing. */
  get completes(): boolean {
    return this.#needs.completes();
  }

  /** Whether the chat is visible, or answering. */
  get chats(): boolean {
    return this.#needs.chats();
  }

  /** Settings have changed. */
  follow(): void {
    this.#run((engine, model) => engine.start(model));
  }

  /** Restarts what is needed. */
  restart(): void {
    this.#run((engine, model) => engine.restart(model));
  }

  /** Conversations have become visible: an engine that is off is started for them. A model unloaded on purpose stays unloaded. */
  wake(): void {
    const { engine, model } = this.#ofChat();
    if (engine.state.kind === 'off') engine.restart(model);
  }

  /** Opens the model of conversations unless it is open, even if it was unloaded. */
  load(): void {
    const { engine, model } = this.#ofChat();
    const { kind } = engine.state;
    if (kind === 'off' || kind === 'unloaded') engine.restart(model);
  }

  /** The model is needed for a conversation. @throws PaddockError `no-model` where it cannot be opened, `cancelled` */
  async ready(signal?: AbortSignal): Promise<ModelInfo> {
    this.load();
    return this.#ofChat().engine.ready(signal);
  }

  #run(run: (engine: Engine, model: OpenModelParams) => void): void {
    const { own } = this.#conversations;
    const { completion, chat } = this.#choose();
    if (this.completes || (!chat && this.chats)) run(this.#completion, completion);
    else this.#completion.stop();
    // A measurement of the chat's model goes on while nothing shows it.
    if (chat && (this.chats || own.isInUse)) run(own, chat);
    else own.stop();
  }

  /** The engine that conversations use, and its model. */
  #ofChat(): { readonly engine: Engine; readonly model: OpenModelParams } {
    const { completion, chat } = this.#choose();
    return chat ? { engine: this.#conversations.own, model: chat } : { engine: this.#completion, model: completion };
  }

  /** The models of the settings, by which conversations use the one engine or the other from now on. */
  #choose(): WantedModels {
    const models = this.#models();
    this.#conversations.useOwn(models.chat !== undefined);
    return models;
  }
}
