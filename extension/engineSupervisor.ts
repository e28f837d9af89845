import { Emitter, type Event } from 'vscode-jsonrpc';
import type {
  AuditParams,
  AuditRow,
  CandidateNews,
  CandidatesParams,
  ChatAnswer,
  ChatBudget,
  ChatCandidates,
  ChatCandidatesParams,
  ChatParams,
  CompleteParams,
  CompleteResult,
  DialCrossingParams,
  DirectionInfo,
  FindDirectionParams,
  LineCandidate,
  MeasureContextParams,
  MeasuredRow,
  MemorySize,
  OnAnswerText,
  RememberParams,
  RetentionParams,
  RetentionRow,
} from '../engine/index.ts';
import { EngineLife } from './engineLife.ts';

/** The extension's engine, and the requests to its model. Free of `vscode`. */
export class EngineSupervisor extends EngineLife {
  readonly #forgot = new Emitter<void>();

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
    return this.generate(signal, (client) => client.complete(params, signal, onText, enough));
  }

  /** Completes one line in different ways, the most probable first. @throws PaddockError as {@link complete} */
  candidates(params: CandidatesParams, signal: AbortSignal): Promise<LineCandidate[]> {
    return this.generate(signal, (client) => client.candidates(params, signal));
  }

  /**
   * Answers the last turn of a conversation once the model is open; one that was unloaded is opened again.
   * @param onText is told each piece of the answer as it is generated, with the tokens since the one before
   * @throws PaddockError `bad-request` for one that does not fit its window, `not-enough-memory` for the window; others as {@link complete}
   */
  chat(params: ChatParams, signal: AbortSignal, onText?: OnAnswerText): Promise<ChatAnswer> {
    return this.generate(signal, (client) => client.chat(params, signal, onText));
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
    return this.generate(signal, (client) => client.chatCandidates(params, signal, onNews, enough));
  }

  /** What of a conversation fits into its window. @throws PaddockError `bad-request`, `no-model`, `engine-gone` */
  async planChat(params: ChatParams): Promise<ChatBudget> {
    return this.use(() => this.withModel().planChat(params));
  }

  /** Tokens of each text, to the model that chats. @throws PaddockError `no-model`, `engine-gone` */
  async countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return this.use(() => this.withModel().countTokens(texts));
  }

  /**
   * Measures how the model uses a long context, behind whatever else is asked of it.
   * @throws PaddockError `bad-request`, `not-enough-memory`, `no-model`, `engine-gone`, `cancelled`
   */
  async measureContext(params: MeasureContextParams, signal: AbortSignal, onRow: (row: MeasuredRow) => void): Promise<void> {
    return this.study(signal, (client) => client.measureContext(params, signal, onRow));
  }

  /** Audits what the model refuses, behind whatever else is asked of it. @throws PaddockError as {@link measureContext} */
  async auditRefusals(params: AuditParams, signal: AbortSignal, onRow: (row: AuditRow) => void): Promise<void> {
    return this.study(signal, (client) => client.auditRefusals(params, signal, onRow));
  }

  /**
   * Finds the direction that stands for refusing in the model, behind whatever else is asked of it, and writes it to a file.
   * @param onPart is told the part that is done, 0–1
   * @throws PaddockError `bad-request` where the model has none; others as {@link measureContext}
   */
  async findDirection(params: FindDirectionParams, signal: AbortSignal, onPart: (part: number) => void): Promise<DirectionInfo> {
    return this.study(signal, (client) => client.findDirection(params, signal, onPart));
  }

  /**
   * Up to which threshold of the dial a question is refused along a direction, behind whatever else is asked of the model.
   * @returns 0–1; undefined where nothing says what a refusal begins with
   * @throws PaddockError as {@link measureContext}
   */
  async dialCrossing(params: DialCrossingParams, signal: AbortSignal): Promise<number | undefined> {
    return this.study(signal, (client) => client.dialCrossing(params, signal));
  }

  /**
   * Tests how long the model keeps to an instruction, behind whatever else is asked of it.
   * @throws PaddockError as {@link measureContext}
   */
  async testRetention(params: RetentionParams, signal: AbortSignal, onRow: (row: RetentionRow) => void): Promise<void> {
    return this.study(signal, (client) => client.testRetention(params, signal, onRow));
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
  }
}
