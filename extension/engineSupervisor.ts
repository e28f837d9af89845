import { Emitter, type Event } from 'vscode-jsonrpc';
import {
  type AuditParams,
  type AuditRow,
  type CandidatesParams,
  type ChatAnswer,
  type ChatBudget,
  type ChatParams,
  type CompleteParams,
  type CompleteResult,
  EngineClient,
  type EngineClientOptions,
  type LineCandidate,
  type LoadProgress,
  type MeasureContextParams,
  type MeasuredRow,
  type MemorySize,
  type ModelInfo,
  type ModelInspection,
  type OpenModelParams,
  PaddockError,
  type RememberParams,
  type RetentionParams,
  type RetentionRow,
} from '../engine/index.ts';
import type { EngineState } from './engineState.ts';
import { isAtWork, isOpen, isSameModel, nameOf, untilReady } from './readiness.ts';
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
  readonly #progressed = new Emitter<LoadProgress | undefined>();
  readonly #forgot = new Emitter<void>();
  readonly #policy: RestartPolicy;
  #state: EngineState = { kind: 'off' };
  #progress: LoadProgress | undefined;
  #client: EngineClient | undefined;
  #model: OpenModelParams | undefined;
  #restart: NodeJS.Timeout | undefined;
  /** Processes that were ended on purpose. */
  readonly #dropped = new WeakSet<EngineClient>();
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

  /** How far a model that is being opened has come, undefined while none is. */
  get progress(): LoadProgress | undefined {
    return this.#progress;
  }

  get onDidProgress(): Event<LoadProgress | undefined> {
    return this.#progressed.event;
  }

  /** Fires when the open model's memory of the workspace has been emptied. */
  get onDidForgetWorkspace(): Event<void> {
    return this.#forgot.event;
  }

  get pid(): number | undefined {
    return this.#client?.pid;
  }

  /**
   * Starts the engine with this model, in place of the one that runs; nothing happens when that is the same. Changes of the state tell
   * how it goes.
   */
  start(model: OpenModelParams): void {
    if (isAtWork(this.#state) && isSameModel(model, this.#model)) return;
    this.restart(model);
  }

  /** Starts the engine with this model anew, whatever it does. */
  restart(model: OpenModelParams): void {
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
    this.#progressed.dispose();
    this.#forgot.dispose();
  }

  /**
   * Says what a model is, without loading its weights and without a change of what is open.
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `cancelled`, `engine-gone`
   */
  async inspect(path: string, signal?: AbortSignal): Promise<ModelInspection> {
    if (this.#client) return this.#client.inspectModel(path, signal);
    const { entry, log } = this.#options;
    const client = new EngineClient({ entry, log, onExit: () => undefined });
    try {
      return await client.inspectModel(path, signal);
    } finally {
      client.dispose();
    }
  }

  /**
   * Opens another model. The present one answers until the other is converted; when the other fails or is cancelled, all is as before.
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `not-enough-memory`, `runtime`, `cancelled`, `engine-gone`
   */
  async open(model: OpenModelParams, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<ModelInfo> {
    const before = this.#state;
    clearTimeout(this.#restart);
    // One that is still being opened is not waited for.
    if (before.kind === 'loading') this.#drop();
    const client = this.#client ?? this.#spawn();
    const isEmpty = before.kind !== 'ready' && before.kind !== 'generating';
    if (isEmpty) this.#become({ kind: 'loading', name: nameOf(model) });
    try {
      const info = await client.openModel(model, signal, (progress) => {
        if (client !== this.#client) return;
        // From here on the one before is gone.
        if (progress.stage === 'loading' && this.#state.kind !== 'loading')
          this.#become({ kind: 'loading', name: nameOf(model) });
        this.#advance(progress);
        onProgress?.(progress);
      });
      if (client !== this.#client) throw new PaddockError('cancelled', 'The engine was started anew meanwhile.');
      this.#model = model;
      this.#policy.reset();
      this.#opened(client, info);
      return info;
    } catch (error) {
      if (client === this.#client) this.#restore(before);
      else if (this.#dropped.has(client)) throw new PaddockError('cancelled', 'The engine was started anew meanwhile.');
      throw error;
    }
  }

  /** Gives back the memory of the model. It stays so until {@link complete} is called or a model is opened. */
  async unload(): Promise<void> {
    const client = this.#client;
    const model = this.#model;
    if (!client || !model || (this.#state.kind !== 'ready' && this.#state.kind !== 'generating')) return;
    this.#become({ kind: 'unloaded', name: nameOf(model) });
    const left = await client.unloadModel(model.role);
    if (client !== this.#client) return;
    // One that was being opened meanwhile went, too.
    const now = this.state;
    if (now.kind === 'ready' || now.kind === 'generating') this.#become({ kind: 'unloaded', name: now.model.name });
    if (this.state.kind === 'unloaded' && left.length === 0) this.#drop();
  }

  /**
   * Waits until a model is open.
   * @throws PaddockError `no-model` when the engine is off or has failed or its model is unloaded, `cancelled`
   */
  ready(signal?: AbortSignal): Promise<ModelInfo> {
    return untilReady(() => this.#state, this.onDidChangeState, signal);
  }

  /**
   * Completes code once the model is open; one that was unloaded is opened again.
   * @param onText is told each piece of text as it is generated
   * @param enough aborted when nothing of what follows is wanted: it then ends within one step with what there is
   * @throws PaddockError `cancelled`, `no-model`, `engine-gone`, `runtime`
   */
  complete(
    params: CompleteParams,
    signal: AbortSignal,
    onText?: (piece: string) => void,
    enough?: AbortSignal,
  ): Promise<CompleteResult> {
    return this.#generate(signal, (client) => client.complete(params, signal, onText, enough));
  }

  /** Completes one line in different ways, the most probable first. @throws PaddockError as {@link complete} */
  candidates(params: CandidatesParams, signal: AbortSignal): Promise<LineCandidate[]> {
    return this.#generate(signal, (client) => client.candidates(params, signal));
  }

  /**
   * Answers the last turn of a conversation once the model is open; one that was unloaded is opened again.
   * @param onText is told each piece of the answer as it is generated
   * @throws PaddockError `bad-request` for one that does not fit its window, `not-enough-memory` for the window; others as {@link complete}
   */
  chat(params: ChatParams, signal: AbortSignal, onText?: (piece: string) => void): Promise<ChatAnswer> {
    return this.#generate(signal, (client) => client.chat(params, signal, onText));
  }

  /** What of a conversation fits into its window. @throws PaddockError `bad-request`, `no-model`, `engine-gone` */
  async planChat(params: ChatParams, signal?: AbortSignal): Promise<ChatBudget> {
    return this.#withModel().planChat(params, signal);
  }

  /** Tokens of each text, to the model that chats. @throws PaddockError `no-model`, `engine-gone` */
  async countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return this.#withModel().countTokens(texts);
  }

  /**
   * Measures how the model uses a long context, behind whatever else is asked of it.
   * @throws PaddockError `bad-request`, `not-enough-memory`, `no-model`, `engine-gone`, `cancelled`
   */
  async measureContext(params: MeasureContextParams, signal: AbortSignal, onRow: (row: MeasuredRow) => void): Promise<void> {
    return this.#withModel().measureContext(params, signal, onRow);
  }

  /** Audits what the model refuses, behind whatever else is asked of it. @throws PaddockError as {@link measureContext} */
  async auditRefusals(params: AuditParams, signal: AbortSignal, onRow: (row: AuditRow) => void): Promise<void> {
    return this.#withModel().auditRefusals(params, signal, onRow);
  }

  /**
   * Tests how long the model keeps to an instruction, behind whatever else is asked of it.
   * @throws PaddockError as {@link measureContext}
   */
  async testRetention(params: RetentionParams, signal: AbortSignal, onRow: (row: RetentionRow) => void): Promise<void> {
    return this.#withModel().testRetention(params, signal, onRow);
  }

  async #generate<T>(signal: AbortSignal, generation: (client: EngineClient) => Promise<T>): Promise<T> {
    if (this.#state.kind === 'unloaded' && this.#model) this.#launch(this.#model);
    const model = await this.ready(signal);
    const client = this.#client;
    if (!client) throw new PaddockError('engine-gone', 'The engine is not running.');
    const run = Symbol();
    this.#runs.add(run);
    this.#become({ kind: 'generating', model });
    try {
      return await generation(client);
    } finally {
      const wasLast = this.#runs.delete(run) && this.#runs.size === 0;
      if (wasLast && this.#state.kind === 'generating') this.#become({ kind: 'ready', model: this.#state.model });
    }
  }

  /**
   * Enters documents into the open model's memory of the workspace, and takes others out. What that model goes with, goes too.
   * @throws PaddockError `no-model`, `engine-gone`
   */
  async remember(params: RememberParams): Promise<MemorySize> {
    return this.#withModel().remember(params);
  }

  /** Empties the open model's memory of the workspace. @throws PaddockError `no-model`, `engine-gone` */
  async forgetWorkspace(): Promise<void> {
    await this.#withModel().forgetWorkspace();
    this.#forgot.fire();
  }

  #withModel(): EngineClient {
    if (this.#client && isOpen(this.#state)) return this.#client;
    throw new PaddockError('no-model', 'No model is open.');
  }

  #launch(model: OpenModelParams): void {
    this.#drop();
    this.#become({ kind: 'loading', name: nameOf(model) });
    const client = this.#spawn();
    client
      .openModel(model, undefined, (progress) => {
        if (client === this.#client) this.#advance(progress);
      })
      .then(
        (info) => this.#opened(client, info),
        (error: unknown) => this.#openFailed(client, error),
      );
  }

  #spawn(): EngineClient {
    const client = new EngineClient({
      entry: this.#options.entry,
      log: this.#options.log,
      onModelChanged: (_role, model) => {
        if (client === this.#client) this.#modelChanged(model);
      },
      onExit: (reason) => {
        if (client === this.#client) this.#died(reason);
      },
    });
    this.#client = client;
    return client;
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

  /** The model goes on, but not as before; the status says how. */
  #modelChanged(model: ModelInfo): void {
    this.#options.log('warn', model.notes.at(-1) ?? `${model.name} runs on ${model.device} now.`);
    if (this.#state.kind !== 'ready' && this.#state.kind !== 'generating') return;
    this.#state = { kind: this.#state.kind, model };
    this.#changed.fire(this.#state);
  }

  #openFailed(client: EngineClient, error: unknown): void {
    // A process that died while it loaded is restarted by its exit, with a limit.
    if (client !== this.#client) return;
    // A bad model stays bad: nothing runs until the person changes something.
    this.#drop();
    this.#fail(
      error instanceof Error ? error.message : String(error),
      error instanceof PaddockError ? error.largestWindow : undefined,
    );
  }

  /** After a model that could not be opened: what was there before it goes on, or comes again unless it was unloaded meanwhile. */
  #restore(before: EngineState): void {
    if (this.#state.kind !== 'loading') this.#advance(undefined);
    else if (this.#model && before.kind !== 'failed' && before.kind !== 'unloaded') this.#launch(this.#model);
    else {
      this.#drop();
      this.#become(before);
    }
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

  #fail(reason: string, largestWindow?: number): void {
    this.#options.log('error', reason);
    this.#become({ kind: 'failed', reason, largestWindow });
  }

  #drop(): void {
    clearTimeout(this.#restart);
    const client = this.#client;
    this.#client = undefined;
    this.#runs.clear();
    if (!client) return;
    this.#dropped.add(client);
    client.dispose();
  }

  #advance(progress: LoadProgress | undefined): void {
    this.#progress = progress;
    this.#progressed.fire(progress);
  }

  #become(state: EngineState): void {
    if (state.kind === 'generating' && this.#state.kind === 'generating') return;
    if (state.kind !== 'generating' && this.#progress) this.#advance(undefined);
    this.#state = state;
    this.#changed.fire(state);
  }
}
