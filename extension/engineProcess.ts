import { EngineClient, type EngineClientOptions, type ModelInfo } from '../engine/index.ts';

export interface EngineProcessOptions {
  /** Path of the engine's bundle. */
  readonly entry: string;
  readonly log: EngineClientOptions['log'];
}

/** Told of the process that runs. */
export interface EngineProcessListener {
  /** The model goes on, but not as before. */
  onModelChanged(model: ModelInfo): void;
  /** It died, whatever for. */
  onExit(reason: string): void;
}

/** The engine process, at most one at a time. One that was ended is heard no more. */
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

  /** Requests that wait fail with `engine-gone`. */
  end(): void {
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    this.#ended.add(client);
    client.dispose();
  }

  /** Asks the process that runs, or one for this alone. */
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
