import { Emitter, type Event } from 'vscode-jsonrpc';
import {
  cancelled,
  type EngineClient,
  inWords,
  type LoadProgress,
  type ModelInfo,
  type ModelInspection,
  type OpenModelParams,
  PaddockError,
} from '../engine/index.ts';
import { EngineProcess, type EngineProcessOptions } from './engineProcess.ts';
import type { EngineState } from './engineState.ts';
import { isAtWork, isOpen, isSameModel, nameOf, restingIn, untilReady } from './readiness.ts';
import { RestartPolicy } from './restartPolicy.ts';

export interface EngineLifeOptions extends EngineProcessOptions {
  readonly restarts?: RestartPolicy;
}

/**
 * Keeps one engine process alive with one model open: starts it, restarts it when it dies, and reports its state. Free of `vscode`; the
 * engine's lifetime is managed here, the extension's in extension.ts.
 */
export class EngineLife {
  readonly #log: EngineLifeOptions['log'];
  readonly #process: EngineProcess;
  readonly #changed = new Emitter<EngineState>();
  readonly #progressed = new Emitter<LoadProgress | undefined>();
  readonly #policy: RestartPolicy;
  #state: EngineState = { kind: 'off' };
  #progress: LoadProgress | undefined;
  #model: OpenModelParams | undefined;
  #restart: NodeJS.Timeout | undefined;
  readonly #used = new Emitter<void>();
  #prepare: (key: string) => Promise<unknown> = async () => undefined;
  #uses = 0;
  /** Completions under way in the present process. */
  #runs = new Set<symbol>();

  constructor({ entry, log, restarts = new RestartPolicy() }: EngineLifeOptions) {
    this.#log = log;
    this.#policy = restarts;
    this.#process = new EngineProcess(
      { entry, log },
      { onModelChanged: (model) => this.#modelChanged(model), onExit: (reason) => this.#died(reason) },
    );
  }

  get state(): EngineState {
    return this.#state;
  }

  get onDidChangeState(): Event<EngineState> {
    return this.#changed.event;
  }

  /** Progress of a model that is being opened; undefined while none is. */
  get progress(): LoadProgress | undefined {
    return this.#progress;
  }

  get onDidProgress(): Event<LoadProgress | undefined> {
    return this.#progressed.event;
  }

  /** Whether a request is under way, or a model being opened. */
  get isInUse(): boolean {
    return this.#uses > 0;
  }

  /** Fires when a use of the engine begins or ends. */
  get onDidUse(): Event<void> {
    return this.#used.event;
  }

  get pid(): number | undefined {
    return this.#process.client?.pid;
  }

  /** @param prepare reads what is stored about a model, by its key, as a part of opening it: requests find it read */
  prepareWith(prepare: (key: string) => Promise<unknown>): void {
    this.#prepare = prepare;
  }

  /** Starts the engine with this model in place of the running one; does nothing if that is the same. State changes report the result. */
  start(model: OpenModelParams): void {
    if (isAtWork(this.#state) && isSameModel(model, this.#model)) return;
    this.restart(model);
  }

  /** Restarts the engine with this model, whatever it is doing. */
  restart(model: OpenModelParams): void {
    this.#policy.reset();
    this.#model = model;
    this.#launch(model);
  }

  /** Ends the process; pending requests fail with `engine-gone`. */
  stop(): void {
    this.#model = undefined;
    this.#drop();
    this.#become({ kind: 'off' });
  }

  dispose(): void {
    this.#drop();
    this.#changed.dispose();
    this.#progressed.dispose();
    this.#used.dispose();
  }

  /**
   * Describes a model without loading its weights or changing what is open.
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `cancelled`, `engine-gone`
   */
  inspect(path: string, signal?: AbortSignal): Promise<ModelInspection> {
    return this.use(() => this.#process.ask((client) => client.inspectModel(path, signal)));
  }

  /**
   * Opens another model. The present one answers until the other is converted; when the other fails or is cancelled, all is as before.
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `not-enough-memory`, `runtime`, `cancelled`, `engine-gone`
   */
  open(model: OpenModelParams, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<ModelInfo> {
    return this.use(() => this.#openBeside(model, signal, onProgress));
  }

  async #openBeside(
    model: OpenModelParams,
    signal?: AbortSignal,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<ModelInfo> {
    const before = this.#state;
    clearTimeout(this.#restart);
    // One that is still being opened is not waited for.
    if (before.kind === 'loading') this.#drop();
    const client = this.#process.client ?? this.#process.start();
    const isEmpty = !isOpen(before);
    if (isEmpty) this.#become({ kind: 'loading', name: nameOf(model) });
    // Nothing can interrupt onnxruntime while it loads weights, which takes half a minute for some: its process is ended.
    const interrupt = () => {
      if (client === this.#process.client && this.#progress?.stage === 'loading') this.#drop();
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      const info = await this.#openIn(client, model, signal, (progress) => {
        if (client !== this.#process.client) return;
        // From here on the previous model is closed.
        if (progress.stage === 'loading' && this.#state.kind !== 'loading')
          this.#become({ kind: 'loading', name: nameOf(model) });
        this.#advance(progress);
        onProgress?.(progress);
      });
      if (client !== this.#process.client) throw new PaddockError('cancelled', 'The engine was started anew meanwhile.');
      this.#model = model;
      this.#policy.reset();
      this.#opened(client, info);
      return info;
    } catch (error) {
      const wasInterrupted = signal?.aborted === true && this.#process.client === undefined;
      if (wasInterrupted || client === this.#process.client) this.#restore(before);
      else if (this.#process.wasEnded(client)) throw new PaddockError('cancelled', 'The engine was started anew meanwhile.');
      throw wasInterrupted ? cancelled() : error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  }

  /**
   * Frees the model's memory, until something is to be generated or a model is opened.
   * @param rests whether it was unloaded for lack of use: then any other request opens it again, too
   */
  async unload(rests = false): Promise<void> {
    const client = this.#process.client;
    const model = this.#model;
    const resting = restingIn(this.#state);
    // A model unloaded by hand should not come back by itself.
    if (resting && !rests) this.#become({ kind: 'unloaded', name: resting.name });
    if (!client || !model || !isOpen(this.#state)) return;
    this.#become({ kind: 'unloaded', name: nameOf(model), ...(rests && { rests: this.#state.model }) });
    const left = await client.unloadModel(model.role).catch((error: unknown) => {
      if (client === this.#process.client) throw error;
      return [];
    });
    // Something that was asked for meanwhile has started another process, or this one died: the memory is given back either way.
    if (client !== this.#process.client) return;
    // One that was being opened in the meantime is closed, too.
    const now = this.state;
    if (isOpen(now)) this.#become({ kind: 'unloaded', name: now.model.name });
    if (this.state.kind === 'unloaded' && left.length === 0) this.#drop();
  }

  /**
   * Waits until a model is open; one that rests is opened.
   * @throws PaddockError `no-model` when the engine is off or has failed or its model was unloaded by the person, `cancelled`
   */
  ready(signal?: AbortSignal): Promise<ModelInfo> {
    if (restingIn(this.#state) && this.#model && !signal?.aborted) this.#launch(this.#model);
    return untilReady(() => this.#state, this.onDidChangeState, signal);
  }

  /**
   * Runs a generation on the open model; one that was unloaded is opened again.
   * @throws PaddockError `no-model`, `cancelled`, `engine-gone`
   */
  generate<T>(signal: AbortSignal, generation: (client: EngineClient) => Promise<T>): Promise<T> {
    return this.use(() => this.#generate(signal, generation));
  }

  /** Runs a longer task on the open model; one that rests is opened again. @throws PaddockError `no-model`, `cancelled` */
  study<T>(signal: AbortSignal, run: (client: EngineClient) => Promise<T>): Promise<T> {
    return this.use(async () => {
      if (restingIn(this.#state)) await this.ready(signal);
      return run(this.withModel());
    });
  }

  /** Asks something of the open model, without opening one that rests. @throws PaddockError `no-model`, `engine-gone` */
  query<T>(request: (client: EngineClient) => Promise<T>): Promise<T> {
    return this.use(async () => request(this.withModel()));
  }

  /**
   * Keeps the open model from running until the signal is aborted. It does not count as in use by that.
   * @throws PaddockError `no-model`, `engine-gone`, `cancelled`
   */
  async giveWay(signal: AbortSignal): Promise<void> {
    await this.withModel().giveWay(signal);
  }

  /** Runs a task with the engine, which counts as in use meanwhile. */
  protected async use<T>(work: () => Promise<T>): Promise<T> {
    this.#uses++;
    this.#used.fire();
    try {
      return await work();
    } finally {
      this.#uses--;
      this.#used.fire();
    }
  }

  async #generate<T>(signal: AbortSignal, generation: (client: EngineClient) => Promise<T>): Promise<T> {
    if (this.#state.kind === 'unloaded' && this.#model) this.#launch(this.#model);
    const model = await this.ready(signal);
    const client = this.#process.client;
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

  /** The process, for requests to an open model. @throws PaddockError `no-model` */
  protected withModel(): EngineClient {
    if (this.#process.client && isOpen(this.#state)) return this.#process.client;
    throw new PaddockError('no-model', 'No model is open.');
  }

  #launch(model: OpenModelParams): void {
    this.#drop();
    this.#become({ kind: 'loading', name: nameOf(model) });
    const client = this.#process.start();
    const advance = (progress: LoadProgress) => {
      if (client === this.#process.client) this.#advance(progress);
    };
    this.#openIn(client, model, undefined, advance).then(
      (info) => this.#opened(client, info),
      (error: unknown) => this.#openFailed(client, error),
    );
  }

  /** Opens a model in a process, and reads what is stored about it. @throws PaddockError as {@link open} */
  async #openIn(
    client: EngineClient,
    model: OpenModelParams,
    signal: AbortSignal | undefined,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<ModelInfo> {
    const info = await client.openModel(model, signal, onProgress);
    const unread = (error: unknown) => this.#log('warn', `What is stored about ${info.name} was not read: ${inWords(error)}`);
    await this.#prepare(info.key).catch(unread);
    return info;
  }

  #opened(client: EngineClient, model: ModelInfo): void {
    if (client !== this.#process.client) return;
    for (const note of model.notes) this.#log('info', note);
    this.#log('info', `Opened ${model.name} on ${model.device}, ${model.threads} threads, in ${Math.round(model.loadMs)} ms.`);
    this.#become({ kind: 'ready', model });
  }

  /** The model runs differently than before; the status says how. */
  #modelChanged(model: ModelInfo): void {
    this.#log('warn', model.notes.at(-1) ?? `${model.name} runs on ${model.device} now.`);
    if (!isOpen(this.#state)) return;
    this.#state = { kind: this.#state.kind, model };
    this.#changed.fire(this.#state);
  }

  #openFailed(client: EngineClient, error: unknown): void {
    // A process that died while it loaded is restarted by its exit, with a limit.
    if (client !== this.#process.client) return;
    // A bad model stays bad, so nothing runs until the person changes something.
    this.#drop();
    this.#fail(inWords(error), error instanceof PaddockError ? error.facts.largestWindow : undefined);
  }

  /** After a failed opening: the previous model continues, or is reopened unless it was unloaded in the meantime. */
  #restore(before: EngineState): void {
    if (this.#state.kind !== 'loading') this.#advance(undefined);
    else if (this.#model && before.kind !== 'failed' && before.kind !== 'unloaded') this.#launch(this.#model);
    else {
      this.#drop();
      this.#become(before);
    }
  }

  #died(reason: string): void {
    this.#runs.clear();
    const delayMs = this.#policy.afterDeath(performance.now());
    if (delayMs === undefined || !this.#model) {
      this.#fail(`The engine process ${reason}, again and again. The log may say why; then choose Restart Engine.`);
      return;
    }
    this.#log('warn', `The engine process ${reason}; it is started again in ${delayMs} ms.`);
    this.#become({ kind: 'restarting', reason, delayMs });
    const model = this.#model;
    this.#restart = setTimeout(() => this.#launch(model), delayMs);
  }

  #fail(reason: string, largestWindow?: number): void {
    this.#log('error', reason);
    this.#become({ kind: 'failed', reason, largestWindow });
  }

  #drop(): void {
    clearTimeout(this.#restart);
    this.#runs.clear();
    this.#process.end();
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
