import {
  type CandidatesParams,
  type CompleteParams,
  type CompleteResult,
  type GenerationStats,
  isPaddockError,
  type LineCandidate,
  type OnAnswerText,
  type TokenMark,
} from '../../engine/index.ts';
import type { CursorContext } from './context.ts';
import { endsFirstLine, hiddenLine, type WouldShow } from './hiddenBlock.ts';
import type { Suggestion } from './likelihood.ts';
import { hasSaidAll, postprocess, type Unfit } from './postprocess.ts';

/** What completion needs from the engine. */
export interface CompletionEngine {
  /**
   * @param onText is told each piece of text, with the tokens since the one before
   * @param enough aborted when nothing of what follows is wanted: the answer is then what there is
   */
  complete(params: CompleteParams, signal: AbortSignal, onText?: OnAnswerText, enough?: AbortSignal): Promise<CompleteResult>;
  /** Completes one line in different ways, the most probable first. */
  candidates(params: CandidatesParams, signal: AbortSignal): Promise<readonly LineCandidate[]>;
}

/** Whether somebody waits for a computation, or perhaps will. */
export type Kind = 'request' | 'look-ahead';

/** Callbacks for the progress of the work. */
export interface ComputationListener {
  /** The engine is asked. */
  readonly onAsk: (kind: Kind) => void;
  /** The engine has answered after so many milliseconds. */
  readonly onAnswer: (kind: Kind, answer: CompleteResult, ms: number) => void;
  /** A computation failed, and not because it was cancelled. */
  readonly onError: (error: unknown) => void;
}

/** The result of a computation. */
export interface Computed {
  /** All that the model said. */
  readonly text: string;
  /** The part that can be shown, or why nothing can. */
  readonly fitted: Suggestion | Unfit;
  readonly stats: GenerationStats;
}

/** What to compute, where, and for whom. */
export interface Task {
  readonly params: CompleteParams;
  readonly context: CursorContext;
  readonly kind: Kind;
  /** Whether a line would be shown to a person typing there; if absent, a block is computed to its end, likely or not. */
  readonly wouldShow?: WouldShow | undefined;
}

/**
 * Asks the engine for a completion, and finds the part that can be shown.
 * @param onText is told each piece of text as it is generated
 * @throws PaddockError as the engine does, `cancelled` among them; the listener is told of all others
 */
export async function compute(
  engine: CompletionEngine,
  task: Task,
  listener: ComputationListener,
  signal: AbortSignal,
  onText: (piece: string) => void,
): Promise<Computed> {
  try {
    const { params, context, kind } = task;
    const started = performance.now();
    listener.onAsk(kind);
    const { answer, hidden } = await listen(engine, task, signal, onText);
    listener.onAnswer(kind, answer, performance.now() - started);
    const { text: said, marks, stats } = answer;
    if (hidden !== undefined) return { text: said, fitted: { text: hidden, said, marks, begun: { context, params } }, stats };
    const fitted = postprocess({ text: said, cutShort: answer.finish === 'length' }, context);
    return { text: said, fitted: 'text' in fitted ? { text: fitted.text, said, marks } : fitted, stats };
  } catch (error) {
    if (!isPaddockError(error, 'cancelled')) listener.onError(error);
    throw error;
  }
}

/** What the engine answered, and the first line of a block that it hides. */
interface Heard {
  readonly answer: CompleteResult;
  readonly hidden: string | undefined;
}

/** Ends the engine's work as soon as nothing that follows can or will be shown. */
async function listen(
  engine: CompletionEngine,
  { params, context, wouldShow }: Task,
  signal: AbortSignal,
  onText: (piece: string) => void,
): Promise<Heard> {
  const enough = new AbortController();
  const marks: TokenMark[] = [];
  let [said, isJudged] = ['', false];
  let hidden: string | undefined;
  const hear = (piece: string, tokens: readonly TokenMark[]) => {
    said += piece;
    marks.push(...tokens);
    onText(piece);
    if (!params.multiline || enough.signal.aborted) return;
    if (piece.includes('\n') && hasSaidAll(said, context)) enough.abort();
    else if (wouldShow && !isJudged && endsFirstLine(said)) {
      isJudged = true;
      hidden = hiddenLine(said, marks, context, wouldShow);
      if (hidden !== undefined) enough.abort();
    }
  };
  const answer = await engine.complete(params, signal, hear, enough.signal);
  return { answer, hidden };
}
