import { Emitter } from 'vscode-jsonrpc';
import {
  type CandidateNews,
  type ChatAnswer,
  type ChatBudget,
  type ChatCandidate,
  type ChatCandidates,
  type ChatCandidatesParams,
  type ChatParams,
  cancelled,
  classifyAnswer,
  type DialCrossingParams,
  FEATURES,
  type ModelInfo,
  type OnAnswerText,
  PaddockError,
  reserveOf,
  type TokenMark,
} from '../../../engine/index.ts';
import type { ChatEngine } from '../../../extension/chat/chatEngine.ts';
import type { EngineState } from '../../../extension/engineState.ts';

export const model: ModelInfo = {
  path: '/models/foal',
  key: '/models/foal',
  weights: 'foal-1',
  name: 'Foal',
  family: 'Llama',
  parameters: 8e6,
  contextLength: 2048,
  reach: { own: 8192, unscaled: 2048 },
  canScale: true,
  canSlide: true,
  window: 1024,
  largestWindow: 8192,
  vocabularySize: 100,
  layers: 1,
  weightBytes: 1,
  memoryBytes: 2,
  device: 'cpu',
  threads: 1,
  fillInTheMiddle: false,
  severalFiles: false,
  loadMs: 1,
  notes: [],
};

/** An answer under way, which the test writes. */
interface Running {
  readonly params: ChatParams;
  /** @param marks the ends and probabilities of its tokens */
  say(piece: string, marks?: readonly TokenMark[]): void;
  end(finish?: ChatAnswer['finish'], marks?: ChatAnswer['marks']): void;
  fail(error: Error): void;
}

/** Several answers under way, which the test writes; a complete one has ended. */
interface Drawing {
  say(candidate: number, piece: string): void;
  end(): void;
  fail(error: Error): void;
}

/** An engine whose answers are written by the test. */
export class ScriptedEngine implements ChatEngine {
  readonly #changed = new Emitter<EngineState>();
  readonly runs: Running[] = [];
  readonly plans: ChatParams[] = [];
  /** More that planning returns, or the error it fails with. */
  plan: Partial<ChatBudget> | PaddockError = {};
  /** The summary of turns that are left out; undefined for none. */
  summary: string | undefined;
  /** The probability of a refusal; undefined for a model without a deciding token. */
  refusal: number | undefined;
  state: EngineState = { kind: 'ready', model };

  get onDidChangeState() {
    return this.#changed.event;
  }

  become(state: EngineState): void {
    this.state = state;
    this.#changed.fire(state);
  }

  chat(params: ChatParams, signal: AbortSignal, onText: OnAnswerText): Promise<ChatAnswer> {
    return new Promise((resolve, reject) => {
      let text = '';
      signal.addEventListener('abort', () => reject(cancelled()));
      if (signal.aborted) reject(cancelled());
      this.runs.push({
        params,
        say: (piece, marks = []) => {
          text += piece;
          onText(piece, marks);
        },
        end: (finish = 'stop', marks = []) =>
          resolve({ ...answerOf(text, finish, budgetOf(params, this.plan)), marks, ...this.#decided(params), ...this.#summed }),
        fail: reject,
      });
    });
  }

  /** The text of each candidate, in order; every feature of one is its number. */
  candidates: readonly string[] = [];
  /** Whether they come at once; else the test writes them, piece by piece. */
  atOnce = true;
  /** Whether the engine ends them when it is asked to stop. */
  hearsEnough = true;
  readonly draws: ChatCandidatesParams[] = [];
  /** Candidates under way. */
  readonly drawings: Drawing[] = [];

  chatCandidates(
    params: ChatCandidatesParams,
    signal: AbortSignal,
    onNews: (news: CandidateNews) => void,
    enough: AbortSignal,
  ): Promise<ChatCandidates> {
    this.draws.push(params);
    const drawn = (candidates: readonly ChatCandidate[]): ChatCandidates => {
      const stats = { promptTokens: 15, reusedTokens: 0, generatedTokens: 4, milliseconds: 100 };
      const { refusal } = this.#decided(params);
      const decided = refusal && { refusal };
      return { candidates, budget: budgetOf(params, this.plan), ...decided, temperature: 1, abreast: candidates.length, stats };
    };
    const all = this.candidates.map(candidateOf);
    if (this.atOnce) return Promise.resolve(drawn(all));
    return new Promise((resolve, reject) => {
      const texts = all.map(() => '');
      const ended = () => all.filter(({ text }, place) => texts[place] === text);
      const cut = () => ({ ...candidateOf(texts[0] ?? '', 0), isCut: true }) as const;
      enough.addEventListener('abort', () => this.hearsEnough && resolve(drawn(ended().length > 0 ? ended() : [cut()])));
      signal.addEventListener('abort', () => reject(cancelled()));
      if (signal.aborted) reject(cancelled());
      const say = (candidate: number, piece: string) => {
        texts[candidate] += piece;
        onNews({ candidate, piece });
      };
      this.drawings.push({ say, end: () => resolve(drawn(all)), fail: reject });
    });
  }

  #decided({ refuseAbove = 0.5 }: ChatParams): Pick<ChatAnswer, 'refusal'> {
    const { refusal: probability } = this;
    return probability === undefined ? {} : { refusal: { probability, refused: probability > refuseAbove } };
  }

  get #summed(): Pick<ChatAnswer, 'summary'> {
    return this.summary === undefined ? {} : { summary: this.summary };
  }

  /** Up to where on the dial questions are refused along a direction; or why that is not known. */
  crossing: number | undefined | PaddockError;
  readonly crossings: DialCrossingParams[] = [];

  async dialCrossing(params: DialCrossingParams): Promise<number | undefined> {
    this.crossings.push(params);
    if (this.crossing instanceof PaddockError) throw this.crossing;
    return this.crossing;
  }

  async planChat(params: ChatParams): Promise<ChatBudget> {
    this.plans.push(params);
    if (this.plan instanceof PaddockError) throw this.plan;
    return budgetOf(params, this.plan);
  }

  async countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return texts.map((text) => text.length);
  }

  /** The answer that was asked for last. */
  get last(): Running {
    const run = this.runs.at(-1);
    if (!run) throw new Error('The engine was asked for no answer.');
    return run;
  }
}

function budgetOf(params: ChatParams, plan: ScriptedEngine['plan']): ChatBudget {
  return {
    segments: [
      { segment: 'history', tokens: 10 },
      { segment: 'message', tokens: 5 },
    ],
    window: params.use.window,
    reserve: reserveOf(params),
    leftOut: [],
    promptTokens: 15,
    format: 'own',
    cacheBytes: 1000,
    ...(plan instanceof PaddockError ? {} : plan),
  };
}

function candidateOf(text: string, place: number): ChatCandidate {
  const features = FEATURES.map(() => place);
  const probabilities = { logProbabilities: [], entropies: [], endLogProbability: 0, state: [] };
  const outcome = classifyAnswer(text);
  return { text, finish: 'stop', marks: [], ...probabilities, features, outcome, refused: outcome === 'refuses' };
}

function answerOf(text: string, finish: ChatAnswer['finish'], budget: ChatBudget): ChatAnswer {
  const stats = { promptTokens: 15, reusedTokens: 0, generatedTokens: 4, drafted: 0, accepted: 0, prefillMs: 1, decodeMs: 100 };
  return { text, finish, confidence: 1, marks: [], stats, budget };
}
