import { endsInLoop } from '../chat/loop.ts';
import { cancelled, PaddockError } from '../errors.ts';
import { logProbabilityOf } from '../sampling/probability.ts';
import type { SamplingOptions } from '../sampling/sampler.ts';
import type { Session } from '../session/session.ts';
import { classifyAnswer } from '../tuning/audit/classify.ts';
import type { Outcome } from '../tuning/audit/labelled.ts';
import { featuresOf } from '../tuning/preference/features.ts';
import { saidIn } from '../tuning/preference/surroundings.ts';
import { CANDIDATE_COUNTS, type CandidateCount, temperatureFor } from '../tuning/preference/temperature.ts';
import { type Candidate, generateInGroups } from './candidates.ts';
import { type ChatBudget, settled } from './chat.ts';
import { type ChatOptions, type ChatRequest, reserveOf } from './chatRequest.ts';
import { cameToRefusal, FirstToken, type Weighed, weigh } from './decision.ts';
import type { LanguageModel } from './model.ts';
import { marksOf, type TokenMark } from './streamText.ts';
import { TextStream } from './textStream.ts';
import { entropyOf } from './uncertainty.ts';

/** What is to be answered several times, so that the best can be chosen. */
export interface ChatCandidatesRequest extends ChatRequest {
  readonly count: CandidateCount;
  /** Candidate i draws from seed + i; 0 unless told. */
  readonly seed?: number;
  /** Overrides the temperature for this number of candidates; `sampling` overrides both this and the seed. */
  readonly temperature?: number;
}

/** One of the answers, with all that a preference head sees of it. */
export interface ChatCandidate {
  readonly text: string;
  readonly finish: 'stop' | 'length';
  /** True if no candidate had ended when generation was stopped, and this one had come furthest. */
  readonly isCut?: true;
  readonly marks: readonly TokenMark[];
  /** At temperature 1, natural; first that of the token by which the model decides whether to refuse, where it has one. */
  readonly logProbabilities: readonly number[];
  /** Of the distributions that these tokens were taken from, in nats. */
  readonly entropies: readonly number[];
  /** Log-probability that it ends where it does. */
  readonly endLogProbability: number;
  /** A projection of the model's hidden state at its last token. */
  readonly state: readonly number[];
  /** In the order of `FEATURES`. */
  readonly features: readonly number[];
  /** What its words say. */
  readonly outcome: Outcome;
  /** Whether it refuses: as decided before it began, or else by its words. */
  readonly refused: boolean;
}

export interface ChatCandidates {
  readonly candidates: readonly ChatCandidate[];
  readonly budget: ChatBudget;
  /** What stood for the turns that were left out. */
  readonly summary?: string;
  /** As of a single answer; the threshold decides for all of them. */
  readonly refusal?: { readonly probability: number; readonly refused: boolean };
  readonly temperature: number;
  /** How many were computed side by side; fewer than all where the window has no room for them. */
  readonly abreast: number;
  readonly stats: {
    readonly promptTokens: number;
    readonly reusedTokens: number;
    /** Of all candidates. */
    readonly generatedTokens: number;
    readonly milliseconds: number;
  };
}

/** News of a candidate while it is generated. */
export interface CandidateNews {
  readonly candidate: number;
  /** What its text goes on with. */
  readonly piece: string;
}

export interface ChatCandidatesOptions extends ChatOptions {
  /**
   * Aborted when no more is wanted: the answers are then those that have ended or, where none has, the one that has come furthest. They are
   * there within one run of the model.
   */
  readonly enough?: AbortSignal | undefined;
}

/**
 * Tokens less probable than this share of the most probable are left out: at these temperatures they would be sampled too often (Nguyen
 * et al. 2024).
 */
const MIN_P = 0.05;
/** As of a single answer. */
const REPETITION_PENALTY = 1.15;

/**
 * Answers the last turn of a conversation K times over one prompt, which is run once. The timeline is the prompt afterwards.
 * @param onNews is told each piece of each candidate
 * @throws PaddockError `bad-request` for another number of candidates, or a conversation that does not fit; `cancelled`, also where it
 * was enough before there was a word; `runtime`
 */
export async function chatCandidates(
  model: LanguageModel,
  session: Session,
  request: ChatCandidatesRequest,
  options: ChatCandidatesOptions,
  onNews?: (news: CandidateNews) => void,
): Promise<ChatCandidates> {
  const { count } = request;
  if (!CANDIDATE_COUNTS.includes(count)) {
    throw new PaddockError('bad-request', `${count} candidates cannot be had; choose one of ${CANDIDATE_COUNTS.join(', ')}.`);
  }
  const started = performance.now();
  const { tokens, stops, budget, summary } = await settled(model, session, request, options);
  if (request.sampling?.repeatable) session.forgetUneven();
  const decision = await decided(model, session, tokens, request, options);
  const prompt = decision?.token === undefined ? tokens : [...tokens, decision.token];
  const sampling = samplingOf(request);
  const streams = Array.from({ length: count }, () => new TextStream(model.tokenizer, [...stops, ...(request.stop ?? [])]));
  const allowed = decision?.first?.allowed;
  const stopped = new Set<number>();
  const { candidates, abreast, reused } = await generateInGroups(session, prompt, {
    count,
    maxTokens: Math.min(request.maxTokens, reserveOf(request)), // candidates do not slide
    sampling,
    stopTokens: model.stopTokens,
    measure: true,
    ...(allowed && { beginning: () => new FirstToken(allowed) }),
    isDone: (candidate, token) => {
      const stream = streams[candidate] as TextStream;
      const { piece, ended } = stream.push(token);
      if (piece !== '') onNews?.({ candidate, piece });
      if (ended) stopped.add(candidate);
      return ended || endsInLoop(stream.text);
    },
    signal: options.signal,
    enough: options.enough,
    pause: options.pause,
  });
  const before = saidIn(request.conversation);
  const tell = (candidate: Candidate, i: number) => {
    return told(streams[i] as TextStream, candidate, stopped.has(i), before, decision);
  };
  return {
    candidates: keptOf(candidates).map((candidate) => tell(candidate, candidates.indexOf(candidate))),
    budget,
    ...(summary !== undefined && { summary }),
    ...(decision && { refusal: { probability: decision.probability, refused: decision.refused } }),
    temperature: sampling.temperature,
    abreast,
    stats: {
      promptTokens: prompt.length,
      reusedTokens: decision?.reusedTokens ?? reused,
      generatedTokens: candidates.reduce((sum, candidate) => sum + candidate.tokens.length, 0),
      milliseconds: performance.now() - started,
    },
  };
}

/** Those that have ended, else the one that has come furthest; of equals the first, which somebody may be reading. */
function keptOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const ended = candidates.filter(({ isCut }) => !isCut);
  if (ended.length > 0) return ended;
  const most = Math.max(...candidates.map(({ tokens }) => tokens.length));
  if (most === 0) throw cancelled();
  return candidates.filter(({ tokens }) => tokens.length === most).slice(0, 1);
}

/** A decision, and how sure the model was of the token that stands for it. */
interface Decided extends Weighed {
  readonly logProbability?: number;
  readonly entropy?: number;
}

async function decided(
  model: LanguageModel,
  session: Session,
  tokens: readonly number[],
  request: ChatRequest,
  { signal, pause }: ChatOptions,
): Promise<Decided | undefined> {
  const decision = await weigh(model, session, tokens, request, { signal, pause });
  if (decision?.token === undefined) return decision;
  const { logits } = await session.sync(tokens, signal, pause); // the last token again
  return { ...decision, logProbability: logProbabilityOf(decision.token, logits), entropy: entropyOf(logits) };
}

function samplingOf({ sampling, count, seed = 0, temperature = temperatureFor(count) }: ChatCandidatesRequest): SamplingOptions {
  return sampling ?? { temperature, topK: 0, topP: 1, minP: MIN_P, repetitionPenalty: REPETITION_PENALTY, seed };
}

/** @param isStopped whether its text ends before a stop, which its last tokens spell */
function told(
  stream: TextStream,
  { tokens, finish, isCut, measured }: Candidate,
  isStopped: boolean,
  before: string,
  decision: Decided | undefined,
): ChatCandidate {
  stream.finish();
  const { text } = stream;
  const marks = marksOf(stream, tokens);
  const startOf = (token: number) => marks[token - 1]?.end ?? 0;
  const own = isStopped ? marks.filter((_, i) => startOf(i) < text.length).length : marks.length;
  const logs = marks.map(({ logProbability }) => logProbability);
  if (!measured) throw new PaddockError('runtime', 'A candidate was not measured to its end.');
  const { entropies, endLogProbability, state } = measured;
  const [first, firstEntropy] = [decision?.logProbability, decision?.entropy];
  const observed = {
    logProbabilities: [...(first === undefined ? [] : [first]), ...logs.slice(0, own)],
    entropies: [...(firstEntropy === undefined ? [] : [firstEntropy]), ...entropies.slice(0, own)],
    // Of a text that a stop ended, that of the stop.
    endLogProbability: isStopped ? logs.slice(own).reduce((sum, each) => sum + each, 0) : endLogProbability,
    state,
  };
  const outcome = classifyAnswer(text);
  const refused = decision ? cameToRefusal(decision, outcome) : outcome === 'refuses';
  const features = featuresOf({ before, after: '', text, ...observed, isRefusal: refused || outcome === 'refuses' });
  return {
    text,
    finish,
    ...(isCut && { isCut }),
    marks,
    ...observed,
    features,
    outcome,
    refused,
  };
}
