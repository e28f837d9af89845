import { afterEach, beforeEach, vi } from 'vitest';
import {
  type CandidatesParams,
  type CompleteParams,
  type CompleteResult,
  cancelled,
  type GenerationStats,
  type LineCandidate,
  type OnAnswerText,
  type TokenMark,
} from '../../../engine/index.ts';
import { Completer, type CompletionQuery } from '../../../extension/completion/completer.ts';
import { at } from './cursor.ts';

export const stats = { promptTokens: 9, reusedTokens: 0, generatedTokens: 3, drafted: 0, accepted: 0, prefillMs: 1, decodeMs: 1 };

interface Asked {
  readonly params: CompleteParams;
  readonly signal: AbortSignal;
  /** Aborted when the completer needs no more; the engine then answers with what it has written. */
  readonly enough: AbortSignal | undefined;
  /** @param marks the ends and probabilities of tokens; one certain token unless given */
  readonly say: (piece: string, marks?: readonly TokenMark[]) => void;
  /** @param marks one certain token unless given */
  readonly end: (text: string, marks?: readonly TokenMark[], numbers?: GenerationStats, finish?: 'stop' | 'length') => void;
  readonly fail: (error: unknown) => void;
}

/** A question for several lines. */
interface AskedForLines {
  readonly params: CandidatesParams;
  readonly signal: AbortSignal;
  readonly end: (...texts: string[]) => void;
  readonly fail: (error: unknown) => void;
}

/** An engine that answers when the test says so. @param silent whether it knows no other lines, and says so at once */
export function setUp(silent = true) {
  const asked: Asked[] = [];
  const errors: unknown[] = [];
  const answers: number[] = [];
  const lines: AskedForLines[] = [];
  const complete = (params: CompleteParams, signal: AbortSignal, onText: OnAnswerText = () => {}, enough?: AbortSignal) =>
    new Promise<CompleteResult>((resolve, fail) => {
      let said = '';
      const marks: TokenMark[] = [];
      const say: Asked['say'] = (piece, tokens) => {
        said += piece;
        const heard = tokens ?? certain(said);
        marks.push(...heard);
        onText(piece, heard);
      };
      const certain = (text: string): TokenMark[] => [{ end: text.length, logProbability: 0 }];
      const end: Asked['end'] = (text, marks = certain(text), numbers = stats, finish = 'stop') =>
        resolve({ text, finish, confidence: 1, marks, stats: numbers });
      signal.addEventListener('abort', () => fail(cancelled()));
      enough?.addEventListener('abort', () => end(said, marks));
      asked.push({ params, signal, enough, say, end, fail });
    });
  const candidates = (params: CandidatesParams, signal: AbortSignal) =>
    new Promise<LineCandidate[]>((resolve, fail) => {
      if (silent) resolve([]);
      signal.addEventListener('abort', () => fail(cancelled()));
      const end = (...texts: string[]) => resolve(texts.map((text) => ({ text, finish: 'stop' as const, marks: [] })));
      lines.push({ params, signal, end, fail });
    });
  const listener = {
    onAsk: () => {},
    onAnswer: (_kind: string, _answer: object, ms: number) => answers.push(ms),
    onError: (error: unknown) => errors.push(error),
  };
  return { completer: new Completer({ complete, candidates }, listener), asked, lines, errors, answers };
}

/** The query at the mark, while typing and with the default settings unless given. */
export const query = (marked: string, changes: Partial<CompletionQuery> = {}): CompletionQuery => ({
  context: at(marked),
  manual: false,
  eagerness: 'balanced',
  waitMs: 100,
  afterAcceptance: false,
  lookAhead: false,
  maxTokens: 64,
  memory: true,
  ...changes,
});
/** Marks: where each token ends, and how probable it is. */
export const tokens = (...marks: readonly (readonly [end: number, probability: number])[]): TokenMark[] =>
  marks.map(([end, probability]) => ({ end, logProbability: Math.log(probability) }));
/** Of a request that nobody cancels. */
export const never = new AbortController().signal;
/** Lets that much time go by. */
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Time that stands still but for {@link pass}, in each test of the file that asks for it. */
export function stillTime(): void {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
