import { EngineClient, type EngineClientOptions, type ModelInfo } from '../engine/index.ts';

export interface EngineProcessOptions {
  /** Path of the engine's bundle. */
  readonly entry: string;
  readonly log: EngineClientOptions['log'];
}

/** Callbacks of the running process. */
export interface EngineProcessListener {
  /** The model runs differently than before. */
  onModelChanged(model: ModelInfo): void;
  /** It died, for whatever reason. */
  onExit(reason: string): void;
}

/** The engine process, at most one at a time. Events of an ended one are ignored. */
export class EngineProcess {
  readonly #options: EngineProcessOptions;
  readonly #listener: EngineProcessListener;
  #client: EngineClient | undefined;
  /** Those that were ended on purpose. */
  readonly #ended = new WeakSet<EngineClient>();

  constructor(options: EngineProcessOptions, listener: EngineProcessListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** The one that runs. */
  get client(): EngineClient | undefined {
    return this.#client;
  }

  wasEnded(client: EngineClient): boolean {
    return this.#ended.has(client);
  }

  start(): EngineClient {
    const { entry, log } = this.#options;
    const client = new EngineClient({
      entry,
      log,
      onModelChanged: (_role, model) => {
        if (client === this.#client) this.#listener.onModelChanged(model);
      },
      onExit: (reason) => {
        if (client !== this.#client) return;
        this.#client = undefined;
        this.#listener.onExit(reason);
      },
    });
    this.#client = client;
    return client;
  }

  /** Pending requests fail with `engine-gone`. */
  end(): void {
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    this.#ended.add(client);
    client.dispose();
  }

  /** Sends a request to the running process, or to a temporary one. */
  async ask<T>(request: (client: EngineClient) => Promise<T>): Promise<T> {
    if (this.#client) return request(this.#client);
    const { entry, log } = this.#options;
    const client = new EngineClient({ entry, log, onExit: () => undefined });
    try {
      return await request(client);
    } finally {
      client.dispose();
    }
  }
}
