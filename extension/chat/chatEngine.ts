import type { Event } from 'vscode-jsonrpc';
import type {
  CandidateNews,
  ChatAnswer,
  ChatBudget,
  ChatCandidates,
  ChatCandidatesParams,
  ChatParams,
  DialCrossingParams,
  OnAnswerText,
} from '../../engine/index.ts';
import type { EngineState } from '../engineState.ts';

/** What the chat needs from the engine. */
export interface ChatEngine {
  readonly state: EngineState;
  readonly onDidChangeState: Event<EngineState>;
  /** @throws PaddockError as the engine's client */
  chat(params: ChatParams, signal: AbortSignal, onText: OnAnswerText): Promise<ChatAnswer>;
  /**
   * Answers several times.
   * @param onNews is told each piece of each answer
   * @param enough aborted when no more is wanted: it then ends with those that have ended, else with the longest
   * @throws PaddockError as {@link chat}
   */
  chatCandidates(
    params: ChatCandidatesParams,
    signal: AbortSignal,
    onNews: (news: CandidateNews) => void,
    enough: AbortSignal,
  ): Promise<ChatCandidates>;
  /** Up to which threshold of the dial a question is refused along a direction. @throws PaddockError as {@link chat} */
  dialCrossing(params: DialCrossingParams, signal: AbortSignal): Promise<number | undefined>;
  planChat(params: ChatParams): Promise<ChatBudget>;
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
}
