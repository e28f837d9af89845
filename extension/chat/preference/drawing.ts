import {
  type ChatAnswer,
  type ChatCandidates,
  type ChatParams,
  classifyAnswer,
  groupedBy,
  isTaggedBy,
  type ModelInfo,
  type Observed,
  saidIn,
} from '../../../engine/index.ts';
import type { CandidateCount } from '../../../webview/protocol/chatPreference.ts';
import type { ChatEngine } from '../chatEngine.ts';
import { type AnswerChange, type Conversation, earlierAnswers } from '../conversation.ts';
import { stateOf } from '../cutShort.ts';
import { doubtsOf } from '../doubts.ts';
import type { Generation, Outcome } from '../generation.ts';
import type { PreferenceDoor, Unweighed } from './door.ts';
import type { Weighed } from './weighed.ts';

/** An answer that was asked for once or several times. */
export interface Drawn {
  /** Of the best. */
  readonly outcome: Outcome;
  /** The heads' scores; absent if they did not see it. */
  readonly weighed?: Weighed;
  /** The others, the best first, each as an answer of its own. */
  readonly others: readonly { readonly answer: ChatAnswer; readonly weighed: Weighed }[];
}

/** What an answer is generated for. */
export interface Draw {
  readonly conversation: Conversation;
  readonly answer: string;
  readonly model: Pick<ModelInfo, 'key' | 'decidesToRefuse'>;
  readonly count: CandidateCount;
}

/** Generates an answer, or several that are then ranked. Never rejects. */
export async function draw(
  generation: Generation,
  engine: ChatEngine,
  preferences: PreferenceDoor,
  params: ChatParams,
  { conversation, answer, model, count }: Draw,
): Promise<Drawn> {
  if (count === 1) {
    const outcome = await generation.run(engine, params);
    if (outcome.kind !== 'answered' || outcome.answer.text.trim() === '') return { outcome, others: [] };
    const [first] = await preferences.weigh(model.key, [single(answer, params, outcome.answer, model)]);
    return { outcome, others: [], ...(first && { weighed: first.weighed }) };
  }
  const { sampling: _, ...several } = params;
  const asked = { ...several, count, seed: earlierAnswers(conversation, answer) };
  const { outcome, candidates } = await generation.runSeveral(engine, asked);
  if (!candidates) return { outcome, others: [] };
  const answers = answersOf(candidates);
  const unweighed = candidates.candidates.map(
    ({ text, features, refused, outcome }): Unweighed => ({
      ...{ id: answer, text, seen: { features } },
      isRefusal: refused || outcome === 'refuses',
      isTagged: isTaggedBy(model, candidates.refusal),
    }),
  );
  const ordered = (await preferences.weigh(model.key, unweighed)).flatMap(({ index, weighed }) => {
    const each = answers[index];
    return each ? [{ answer: each, weighed: { ...weighed, draw: answer } }] : [];
  });
  const [best, ...others] = different(ordered);
  const [first] = answers;
  const shown = best?.answer ?? first;
  if (outcome.kind !== 'answered' || !shown) return { outcome, others: [] };
  return {
    outcome: { ...outcome, answer: shown, change: { ...outcome.change, ...changeOf(shown, outcome.change) } },
    others,
    ...(best && { weighed: best.weighed }),
  };
}

/** The best answer of each text, with how many said it. */
function different(ordered: Drawn['others']): Drawn['others'] {
  return [...groupedBy(ordered, ({ answer }) => answer.text).values()].flatMap(([best, ...others]) => {
    if (!best || others.length === 0) return best ?? [];
    return { answer: best.answer, weighed: { ...best.weighed, copies: 1 + others.length } };
  });
}

/** An answer's text, how it ended, and its own tokens with the speed of all that were generated together. */
export function changeOf(
  answer: ChatAnswer,
  { numbers }: Pick<AnswerChange, 'numbers'>,
): Pick<AnswerChange, 'text' | 'state' | 'doubts' | 'numbers'> {
  const own = numbers ? { ...numbers, tokens: answer.stats.generatedTokens } : null;
  return { text: answer.text, state: stateOf(answer), doubts: doubtsOf(answer), numbers: own };
}

/** Candidates as answers, each with the total time and its own decision: one may refuse although the others do not. */
function answersOf({ candidates, budget, refusal, summary, stats }: ChatCandidates): ChatAnswer[] {
  return candidates.map(({ text, finish, marks, refused }) => ({
    ...{ text, finish, marks, budget },
    confidence: Math.exp(meanOf(marks.map(({ logProbability }) => logProbability))),
    ...(refusal && { refusal: { ...refusal, refused } }),
    ...(summary !== undefined && { summary }),
    stats: {
      promptTokens: stats.promptTokens,
      reusedTokens: stats.reusedTokens,
      generatedTokens: marks.length,
      ...{ drafted: 0, accepted: 0, prefillMs: 0, decodeMs: stats.milliseconds },
    },
  }));
}

function single(id: string, params: ChatParams, { text, marks, refusal }: ChatAnswer, model: Draw['model']): Unweighed {
  const logs = marks.map(({ logProbability }) => logProbability);
  // The token by which a model decides comes first.
  const decided =
    refusal && Math.log(Math.max(Number.MIN_VALUE, refusal.refused ? refusal.probability : 1 - refusal.probability));
  const logProbabilities = decided === undefined ? logs : [decided, ...logs];
  const isRefusal = (refusal?.refused ?? false) || classifyAnswer(text) === 'refuses';
  const observed: Observed = { before: saidIn(params.conversation), after: '', text, logProbabilities, isRefusal };
  return { id, text, seen: { observed }, isRefusal, isTagged: isTaggedBy(model, refusal) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
