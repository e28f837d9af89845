import { Emitter, type Event } from 'vscode-jsonrpc';
import type {
  AuditParams,
  AuditRow,
  CandidateNews,
  ChatAnswer,
  ChatBudget,
  ChatCandidates,
  ChatCandidatesParams,
  ChatParams,
  DialCrossingParams,
  DirectionInfo,
  FindDirectionParams,
  MeasureContextParams,
  MeasuredRow,
  OnAnswerText,
  RetentionParams,
  RetentionRow,
} from '../engine/index.ts';
import type { EngineLife } from './engineLife.ts';
import type { EngineState } from './engineState.ts';

/**
 * The engine that conversations use: that of completions, or one of their own with another model. Everything about conversations goes
 * through here, and never sees which of the two it is. Free of `vscode`.
 */
export class ConversationEngine {
  /** The engine of the model that conversations have for themselves; off while they have none. */
  readonly own: EngineLife;
  readonly #shared: EngineLife;
  readonly #changed = new Emitter<EngineState>();
  readonly #listeners: readonly { dispose(): void }[];
  #hasOwn = false;

  constructor(shared: EngineLife, own: EngineLife) {
    this.#shared = shared;
    this.own = own;
    this.#listeners = [shared, own].map((engine) =>
      engine.onDidChangeState((state) => {
        if (engine === this.#present) this.#changed.fire(state);
      }),
    );
  }

  /** Conversations use an engine of their own from now on, or that of completions. What is under way goes on where it began. */
  useOwn(has: boolean): void {
    if (has === this.#hasOwn) return;
    this.#hasOwn = has;
    this.#changed.fire(this.state);
  }

  get state(): EngineState {
    return this.#present.state;
  }

  /** Fires for the engine in use, and when it becomes the other. */
  get onDidChangeState(): Event<EngineState> {
    return this.#changed.event;
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }

  /**
   * Answers the last turn of a conversation once the model is open; one that was unloaded is opened again.
   * @param onText is told each piece of the answer as it is generated, with the tokens since the one before
   * @throws PaddockError `bad-request` for one that does not fit its window, `not-enough-memory` for the window; `cancelled`, `no-model`, `engine-gone`, `runtime`
   */
  chat(params: ChatParams, signal: AbortSignal, onText?: OnAnswerText): Promise<ChatAnswer> {
    return this.#present.generate(signal, (client) => client.chat(params, signal, onText));
  }

  /**
   * The same several times, to choose from.
   * @param onNews is told each piece of each of them
   * @param enough aborted when no more is wanted: it then ends with those that have ended, else with the longest
   * @throws PaddockError as {@link chat}
   */
  chatCandidates(
    params: ChatCandidatesParams,
    signal: AbortSignal,
    onNews?: (news: CandidateNews) => void,
    enough?: AbortSignal,
  ): Promise<ChatCandidates> {
    return this.#present.generate(signal, (client) => client.chatCandidates(params, signal, onNews, enough));
  }

  /** What of a conversation fits into its window. @throws PaddockError `bad-request`, `no-model`, `engine-gone` */
  planChat(params: ChatParams): Promise<ChatBudget> {
    return this.#present.query((client) => client.planChat(params));
  }

  /** Tokens of each text, to the model that chats. @throws PaddockError `no-model`, `engine-gone` */
  countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return this.#present.query((client) => client.countTokens(texts));
  }

  /**
   * Measures how the model uses a long context, behind whatever else is asked of it.
   * @throws PaddockError `bad-request`, `not-enough-memory`, `no-model`, `engine-gone`, `cancelled`
   */
  measureContext(params: MeasureContextParams, signal: AbortSignal, onRow: (row: MeasuredRow) => void): Promise<void> {
    return this.#present.study(signal, (client) => client.measureContext(params, signal, onRow));
  }

  /** Audits what the model refuses, behind whatever else is asked of it. @throws PaddockError as {@link measureContext} */
  auditRefusals(params: AuditParams, signal: AbortSignal, onRow: (row: AuditRow) => void): Promise<void> {
    return this.#present.study(signal, (client) => client.auditRefusals(params, signal, onRow));
  }

  /**
   * Finds the direction that stands for refusing in the model, behind whatever else is asked of it, and writes it to a file.
   * @param onPart is told the part that is done, 0–1
   * @throws PaddockError `bad-request` where the model has none; others as {@link measureContext}
   */
  findDirection(params: FindDirectionParams, signal: AbortSignal, onPart: (part: number) => void): Promise<DirectionInfo> {
    return this.#present.study(signal, (client) => client.findDirection(params, signal, onPart));
  }

  /**
   * Up to which threshold of the dial a question is refused along a direction, behind whatever else is asked of the model.
   * @returns 0–1; undefined where nothing says what a refusal begins with
   * @throws PaddockError as {@link measureContext}
   */
  dialCrossing(params: DialCrossingParams, signal: AbortSignal): Promise<number | undefined> {
    return this.#present.study(signal, (client) => client.dialCrossing(params, signal));
  }

  /**
   * Tests how long the model keeps to an instruction, behind whatever else is asked of it.
   * @throws PaddockError as {@link measureContext}
   */
  testRetention(params: RetentionParams, signal: AbortSignal, onRow: (row: RetentionRow) => void): Promise<void> {
    return this.#present.study(signal, (client) => client.testRetention(params, signal, onRow));
  }

  get #present(): EngineLife {
    return this.#hasOwn ? this.own : this.#shared;
  }
}
