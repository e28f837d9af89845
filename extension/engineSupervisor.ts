import { Emitter, type Event } from 'vscode-jsonrpc';
import type {
  CandidatesParams,
  CompleteParams,
  CompleteResult,
  EngineClient,
  LineCandidate,
  MemorySize,
  OnAnswerText,
  RememberParams,
} from '../engine/index.ts';
import { EngineLife } from './engineLife.ts';

/** The engine that completes, and the requests of completions to its model. Free of `vscode`. */
export class EngineSupervisor extends EngineLife {
  readonly #forgot = new Emitter<void>();
  readonly #awaitedChanged = new Emitter<void>();
  /** Completions under way that somebody waits for. */
  #awaited = 0;

  /** Whether it computes a completion that somebody waits for, unlike one that is computed ahead. */
  get isAwaited(): boolean {
    return this.#awaited > 0;
  }

  get onDidChangeAwaited(): Event<void> {
    return this.#awaitedChanged.event;
  }

  /** Fires when the open model's memory of the workspace has been emptied. */
  get onDidForgetWorkspace(): Event<void> {
    return this.#forgot.event;
  }

  /**
   * Completes code once the model is open; one that was unloaded is opened again.
   * @param onText is told each piece of text as it is generated, with the tokens since the one before
   * @param enough aborted when nothing of what follows is wanted: it then ends within one step with what there is
   * @throws PaddockError `cancelled`, `no-model`, `engine-gone`, `runtime`
   */
  complete(params: CompleteParams, signal: AbortSignal, onText?: OnAnswerText, enough?: AbortSignal): Promise<CompleteResult> {
    const complete = (client: EngineClient) => client.complete(params, signal, onText, enough);
    return this.generate(signal, params.ahead ? complete : (client) => this.#await(complete(client)));
  }

  /** Completes one line in different ways, the most probable first. @throws PaddockError as {@link complete} */
  candidates(params: CandidatesParams, signal: AbortSignal): Promise<LineCandidate[]> {
    return this.generate(signal, (client) => this.#await(client.candidates(params, signal)));
  }

  /**
   * Adds documents to the open model's memory of the workspace, and removes others. The memory is lost when the model is closed.
   * @throws PaddockError `no-model`, `engine-gone`
   */
  async remember(params: RememberParams): Promise<MemorySize> {
    return this.withModel().remember(params);
  }

  /** Empties the open model's memory of the workspace. @throws PaddockError `no-model`, `engine-gone` */
  async forgetWorkspace(): Promise<void> {
    await this.withModel().forgetWorkspace();
    this.#forgot.fire();
  }

  override dispose(): void {
    super.dispose();
    this.#forgot.dispose();
    this.#awaitedChanged.dispose();
  }

  async #await<T>(completion: Promise<T>): Promise<T> {
    this.#awaited++;
    this.#awaitedChanged.fire();
    try {
      return await completion;
    } finally {
      this.#awaited--;
      this.#awaitedChanged.fire();
    }
  }
}
