import {
  type CandidateNews,
  type ChatAnswer,
  type ChatCandidates,
  type ChatCandidatesParams,
  type ChatParams,
  isPaddockError,
  type TokenMark,
} from '../../engine/index.ts';
import type { AnswerNumbers } from '../../webview/protocol/chatMessages.ts';
import type { ChatEngine } from './chatEngine.ts';
import { type AnswerChange, type Conversation, earlierAnswers } from './conversation.ts';
import { stateOf } from './cutShort.ts';
import { doubtsOf } from './doubts.ts';

/** Shortest intervals at which text goes to the panel and to the disk, in milliseconds. */
const PIECE_MS = 33;
const SAVE_MS = 1_000;

/**
 * First answers are greedy; regenerated ones are sampled, with another seed for each version. Without a bound on the number of tokens a GPU
 * would have to give back the logits of the whole vocabulary for each.
 */
const AGAIN = { temperature: 0.7, topK: 100, topP: 0.95, repetitionPenalty: 1.15 };

/** How the tokens of an answer are chosen. */
export function samplingOf(conversation: Conversation, answer: string): Pick<ChatParams, 'sampling'> {
  const seed = earlierAnswers(conversation, answer);
  return seed > 0 ? { sampling: { ...AGAIN, seed } } : {};
}

/** Callbacks while an answer is generated. */
export interface GenerationListener {
  readonly onPiece: (text: string) => void;
  /** It is time to save what has come so far; the interval to the next time starts when that is done. */
  readonly onKeep: (change: Pick<AnswerChange, 'text' | 'doubts'>) => Promise<void>;
}

/** The outcome, with the engine's result or its error. */
export type Outcome =
  | { readonly kind: 'answered'; readonly change: AnswerChange; readonly answer: ChatAnswer }
  | { readonly kind: 'stopped'; readonly change: AnswerChange }
  | { readonly kind: 'failed'; readonly change: AnswerChange; readonly error: unknown };

/** One answer under way. */
export class Generation {
  readonly conversation: string;
  readonly answer: string;
  readonly #listener: GenerationListener;
  readonly #abort = new AbortController();
  /** Ends several answers with what there is of them. */
  readonly #enough = new AbortController();
  #text = '';
  /** The tokens of it. */
  readonly #marks: TokenMark[] = [];
  /** When the first and the last of them came. */
  #times: { readonly first: number; readonly last: number } | undefined;
  /** Characters of it that the panel has. */
  #sent = 0;
  #sending: NodeJS.Timeout | undefined;
  #keeping: NodeJS.Timeout | undefined;
  #isOver = false;
  #drawing = 0;
  /** Whether any of several answers has begun. */
  #hasBegun = false;

  /** @param conversation of the answer; both are identifiers */
  constructor(conversation: string, answer: string, listener: GenerationListener) {
    this.conversation = conversation;
    this.answer = answer;
    this.#listener = listener;
  }

  /** How many answers are being drawn, where that is more than one; else 0. */
  get drawing(): number {
    return this.#drawing;
  }

  /** All that has come. A caller that puts it into a view of the panel need not be sent it again. */
  takeText(): string {
    clearTimeout(this.#sending);
    this.#sending = undefined;
    this.#sent = this.#text.length;
    return this.#text;
  }

  /**
   * Ends it with what has come. Several answers are ended by the engine, which knows all of them; or at once if there is nothing yet, or
   * when called again.
   */
  stop(): void {
    if (this.#hasBegun && !this.#enough.signal.aborted) this.#enough.abort();
    else this.#abort.abort();
  }

  /**
   * Generates several answers; the panel sees the first one until all are there, and the outcome is that one's. If stopped, the result is
   * those that have ended, else the longest, marked as stopped. Never rejects.
   */
  async runSeveral(
    engine: ChatEngine,
    params: ChatCandidatesParams,
  ): Promise<{ readonly outcome: Outcome; readonly candidates?: ChatCandidates }> {
    this.#drawing = params.count;
    const started = performance.now();
    const take = ({ candidate, piece }: CandidateNews) => {
      this.#hasBegun = true;
      if (candidate === 0) this.#arrive(piece);
    };
    try {
      const candidates = await engine.chatCandidates(params, this.#abort.signal, take, this.#enough.signal);
      const { budget, refusal, stats } = candidates;
      const { generatedTokens: tokens, milliseconds } = stats;
      const numbers = {
        tokens,
        tokensPerSecond: milliseconds > 0 ? (1_000 * tokens) / milliseconds : 0,
        firstTokenMs: this.#times ? this.#times.first - started : milliseconds,
        device: 'model' in engine.state ? engine.state.model.device : '',
      };
      const [first] = candidates.candidates;
      const { text = '', finish = 'stop', marks = [], isCut = false } = first ?? {};
      if (isCut) {
        const own = { ...numbers, tokens: marks.length };
        return {
          outcome: { kind: 'stopped', change: { text, state: 'stopped', numbers: own, doubts: doubtsOf({ text, marks }) } },
        };
      }
      const spent = { ...stats, drafted: 0, accepted: 0, prefillMs: 0, decodeMs: milliseconds };
      const answer: ChatAnswer = { text, finish, marks, budget, confidence: 1, stats: spent, ...(refusal && { refusal }) };
      return { candidates, outcome: { kind: 'answered', answer, change: { text, state: stateOf(answer), numbers } } };
    } catch (error) {
      const outcome = this.#without(error);
      if (outcome.change.state !== 'failed') return { outcome };
      // Half of an answer that may not have been the best is worth nothing.
      return { outcome: { ...outcome, change: { ...outcome.change, text: '', doubts: [] } } };
    } finally {
      this.#end();
    }
  }

  /** Never rejects. */
  async run(engine: ChatEngine, params: ChatParams): Promise<Outcome> {
    const started = performance.now();
    const take = (piece: string, marks: readonly TokenMark[]) => {
      if (!this.#isOver) this.#marks.push(...marks);
      this.#arrive(piece);
    };
    const numbersOf = (tokens: number, ms: number): AnswerNumbers => ({
      tokens,
      tokensPerSecond: ms > 0 ? (1_000 * tokens) / ms : 0,
      firstTokenMs: (this.#times?.first ?? performance.now()) - started,
      device: 'model' in engine.state ? engine.state.model.device : '',
    });
    try {
      const answer = await engine.chat(params, this.#abort.signal, take);
      const numbers = numbersOf(answer.stats.generatedTokens, answer.stats.decodeMs);
      const state = stateOf(answer);
      return { kind: 'answered', answer, change: { text: answer.text, state, numbers, doubts: doubtsOf(answer) } };
    } catch (error) {
      const { first, last } = this.#times ?? { first: 0, last: 0 };
      const { length } = this.#marks;
      // The first one came before that time began.
      return this.#without(error, length > 1 ? numbersOf(length, ((last - first) * length) / (length - 1)) : undefined);
    } finally {
      this.#end();
    }
  }

  /** The result if no answer was completed. */
  #without(error: unknown, numbers?: AnswerNumbers): Outcome {
    const change = { ...this.#arrived, ...(numbers && { numbers }) };
    if (this.#abort.signal.aborted || this.#enough.signal.aborted)
      return { kind: 'stopped', change: { ...change, state: 'stopped' } };
    return { kind: 'failed', error, change: { ...change, state: isPaddockError(error, 'cancelled') ? 'stopped' : 'failed' } };
  }

  get #arrived() {
    return { text: this.#text, doubts: doubtsOf({ text: this.#text, marks: this.#marks }) };
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#sending);
    clearTimeout(this.#keeping);
  }

  #arrive(piece: string): void {
    if (this.#isOver) return;
    this.#times = { first: this.#times?.first ?? performance.now(), last: performance.now() };
    this.#text += piece;
    this.#sending ??= setTimeout(() => {
      const fresh = this.#text.slice(this.#sent);
      this.takeText();
      this.#listener.onPiece(fresh);
    }, PIECE_MS);
    this.#keeping ??= setTimeout(() => void this.#keep(), SAVE_MS);
  }

  async #keep(): Promise<void> {
    await this.#listener.onKeep(this.#arrived);
    this.#keeping = undefined;
    // What came while it was written waits for the piece after it.
  }
}
