import { Emitter, type Event } from 'vscode-jsonrpc';
import {
  type CompleteParams,
  type CompleteResult,
  EngineClient,
  type EngineClientOptions,
  type ModelInfo,
  type OpenModelParams,
  PaddockError,
} from '../engine/index.ts';
import type { EngineState } from './engineState.ts';
import { RestartPolicy } from './restartPolicy.ts';

export interface SupervisorOptions {
  /** Path of the engine's bundle. */
  readonly entry: string;
  readonly log: EngineClientOptions['log'];
  readonly restarts?: RestartPolicy;
}

/**
 * Keeps one engine process alive with one model open: starts it, starts it again when it dies, and says what state it is in.
 * Free of `vscode`; the engine's lifetime is here, the extension's in extension.ts.
 */
export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  readonly #changed = new Emitter<EngineState>();
  readonly #policy: RestartPolicy;
  #state: EngineState = { kind: 'off' };
  #client: EngineClient | undefined;
  #model: OpenModelParams | undefined;
  #restart: NodeJS.Timeout | undefined;
  /** Completions that the present process works on. */
  #runs = new Set<symbol>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#policy = options.restarts ?? new RestartPolicy();
  }

  get state(): EngineState {
    return this.#state;
  }

  get onDidChangeState(): Event<EngineState> {
    return this.#changed.event;
  }

  get pid(): number | undefined {
    return this.#client?.pid;
  }

  /** Starts the engine with this model, in place of the one that runs. Changes of the state tell how it goes. */
  start(model: OpenModelParams): void {
    this.#policy.reset();
    this.#model = model;
    this.#launch(model);
  }

  /** Ends the process; requests that wait fail with `engine-gone`. */
  stop(): void {
    this.#model = undefined;
    this.#drop();
    this.#become({ kind: 'off' });
  }

  dispose(): void {
    this.#drop();
    this.#changed.dispose();
  }

  /**
   * Waits until a model is open.
   * @throws PaddockError `no-model` when the engine is off or has failed, `cancelled`
   */
  ready(signal?: AbortSignal): Promise<ModelInfo> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        const outcome = readiness(this.#state, signal);
        if (!outcome) return;
        listener.dispose();
        signal?.removeEventListener('abort', settle);
        if (outcome instanceof PaddockError) reject(outcome);
        else resolve(outcome);
      };
      const listener = this.onDidChangeState(settle);
      signal?.addEventListener('abort', settle);
      settle();
    });
  }

  /**
   * Completes code once the model is open.
   * @throws PaddockError `cancelled`, `no-model`, `engine-gone`, `runtime`
   */
  async complete(params: CompleteParams, signal: AbortSignal): Promise<CompleteResult> {
    const model = await this.ready(signal);
    const client = this.#client;
    if (!client) throw new PaddockError('engine-gone', 'The engine is not running.');
    const run = Symbol();
    this.#runs.add(run);
    this.#become({ kind: 'generating', model });
    try {
      return await client.complete(params, signal);
    } finally {
      const wasLast = this.#runs.delete(run) && this.#runs.size === 0;
      if (wasLast && this.#state.kind === 'generating') this.#become({ kind: 'ready', model });
    }
  }

  #launch(model: OpenModelParams): void {
    this.#drop();
    this.#become({ kind: 'loading', folder: model.folder });
    const client = new EngineClient({
      entry: this.#options.entry,
      log: this.#options.log,
      onExit: (reason) => {
        if (client === this.#client) this.#died(reason);
      },
    });
    this.#client = client;
    client.openModel(model).then(
      (info) => this.#opened(client, info),
      (error: unknown) => this.#openFailed(client, error),
    );
  }

  #opened(client: EngineClient, model: ModelInfo): void {
    if (client !== this.#client) return;
    for (const note of model.notes) this.#options.log('info', note);
    this.#options.log(
      'info',
      `Opened ${model.name} on ${model.device}, ${model.threads} threads, in ${Math.round(model.loadMs)} ms.`,
    );
    this.#become({ kind: 'ready', model });
  }

  #openFailed(client: EngineClient, error: unknown): void {
    // A process that died while it loaded is restarted by its exit, with a limit.
    if (client !== this.#client) return;
    // A bad model stays bad: nothing runs until the person changes something.
    this.#drop();
    this.#fail(error instanceof Error ? error.message : String(error));
  }

  #died(reason: string): void {
    this.#client = undefined;
    this.#runs.clear();
    const delayMs = this.#policy.afterDeath(performance.now());
    if (delayMs === undefined || !this.#model) {
      this.#fail(`The engine process ${reason}, again and again. The log may say why; then choose Restart Engine.`);
      return;
    }
    this.#options.log('warn', `The engine process ${reason}; it is started again in ${delayMs} ms.`);
    this.#become({ kind: 'restarting', reason, delayMs });
    const model = this.#model;
    this.#restart = setTimeout(() => this.#launch(model), delayMs);
  }

  #fail(reason: string): void {
    this.#options.log('error', reason);
    this.#become({ kind: 'failed', reason });
  }

  #drop(): void {
    clearTimeout(this.#restart);
    const client = this.#client;
    this.#client = undefined;
    this.#runs.clear();
    client?.dispose();
  }

  #become(state: EngineState): void {
    if (state.kind === 'generating' && this.#state.kind === 'generating') return;
    this.#state = state;
    this.#changed.fire(state);
  }
}

/** The open model, the error that says there will be none, or undefined while it is worth waiting. */
function readiness(state: EngineState, signal: AbortSignal | undefined): ModelInfo | PaddockError | undefined {
  if (signal?.aborted) return new PaddockError('cancelled', 'The request was cancelled.');
  if (state.kind === 'ready' || state.kind === 'generating') return state.model;
  if (state.kind === 'failed') return new PaddockError('no-model', state.reason);
  if (state.kind === 'off') return new PaddockError('no-model', 'The engine is off.');
  return undefined;
}
