import { type Rate, rateOf } from '../audit/rate.ts';
import { FEATURES } from './features.ts';
import { HEADS, type HeadName, type Heads, scoresOf } from './heads.ts';
import { GRADES, type Grade, type Judgement, type Pair, pairsOf } from './judgements.ts';
import { isOrdered, type LearningOptions, learn, type MarginKind } from './learn.ts';

/** How many pairs a head orders as the person did. A tie of scores counts as half, rounded down. */
export interface Accuracy {
  /** Pairs of rankings, which have no grade, among them. */
  readonly all: Rate;
  readonly byGrade: Readonly<Record<Grade, Rate>>;
}

export type PaperAccuracy = Readonly<Record<Grade | 'all', number>>;

/**
 * Accuracy of the helpful head in % by grade and kind of margin, of 7 billion weights on choices of people (Touvron et al. 2023, table
 * 28).
 */
export const PAPER_ACCURACY: Readonly<Record<MarginKind, PaperAccuracy>> = {
  none: { significantly: 79.1, better: 66.9, slightly: 59.8, negligibly: 54.5, all: 62.5 },
  small: { significantly: 80.4, better: 67.3, slightly: 60.4, negligibly: 55.0, all: 63.0 },
  large: { significantly: 80.7, better: 67.5, slightly: 60.5, negligibly: 54.3, all: 62.9 },
};

/** What each head that shipped reached, by grade: the helpful one as above, the safe one on what people found safer (table 8). */
export const PAPER_HEADS: Readonly<Record<HeadName, PaperAccuracy>> = {
  helpful: PAPER_ACCURACY.small,
  safe: { significantly: 94.3, better: 76.3, slightly: 65.7, negligibly: 55.3, all: 64.5 },
};

/** Evidence that best-of-K needs; with less it only finds what the heads are wrong about. */
export const FEWEST_COMPARISONS = 50;
export const LEAST_ACCURACY = 0.55;
/** How many candidates there may be at most. */
const MOST_CANDIDATES = 16;
/**
 * And as long as the heads cannot be trusted. Without any candidates there would be nothing to rank, so nothing to learn from; and the
 * best of four is at most 0.64 nats away from the first.
 */
const CAPPED_CANDIDATES = 4;

/** Parts of the judgements, of which each is ordered by heads that learned from the others. */
const FOLDS = 5;

/** Which of so many parts a judgement belongs to; the same for good (FNV-1a of its id). */
export function partOf({ id }: Pick<Judgement, 'id'>, parts: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return (hash >>> 0) % parts;
}

/** How heads order the pairs of judgements. */
export function accuracyOf(heads: Heads, judgements: readonly Judgement[], head: HeadName = 'helpful'): Accuracy {
  return counted(pairsIn(judgements, head).map((pair) => [pair, isOrdered(heads, head, pair.chosen, pair.rejected)]));
}

/**
 * The same of both heads for judgements that were not learned from: each fifth of them is ordered by heads that learned from the others.
 */
export function heldOutAccuracy(
  prior: Heads,
  judgements: readonly Judgement[],
  options: LearningOptions = {},
): Readonly<Record<HeadName, Accuracy>> {
  const ordered: Readonly<Record<HeadName, [Pair, number][]>> = { helpful: [], safe: [] };
  for (let part = 0; part < FOLDS; part++) {
    const isHeldOut = (judgement: Judgement) => partOf(judgement, FOLDS) === part;
    const heldOut = judgements.filter((judgement) => isHeldOut(judgement) && pairsOf(judgement).length > 0);
    if (heldOut.length === 0) continue;
    const heads = learn(
      prior,
      judgements.filter((judgement) => !isHeldOut(judgement)),
      options,
    );
    for (const head of HEADS) {
      for (const pair of pairsIn(heldOut, head)) {
        ordered[head].push([pair, isOrdered(heads, head, pair.chosen, pair.rejected)]);
      }
    }
  }
  return { helpful: counted(ordered.helpful), safe: counted(ordered.safe) };
}

/**
 * How many judgements the heads agree with: pairs they order as judged, and thumbs whose side of 0 their score is on. Suggestions are not
 * counted.
 */
export function agreementWith(heads: Heads, judgements: readonly Judgement[]): Rate {
  const pairs = HEADS.map((head) => accuracyOf(heads, judgements, head).all);
  const thumbs = judgements.filter((judgement) => judgement.kind === 'thumb');
  const right = thumbs.filter(({ head, features, isUp }) => scoresOf(heads, features)[head] > 0 === isUp).length;
  const total = (part: 'count' | 'of') => pairs.reduce((sum, rate) => sum + rate[part], 0);
  return rateOf(total('count') + right, total('of') + thumbs.length);
}

function pairsIn(judgements: readonly Judgement[], head: HeadName): Pair[] {
  return judgements.filter((judgement) => judgement.head === head).flatMap(pairsOf);
}

function counted(pairs: readonly (readonly [Pair, number])[]): Accuracy {
  const rate = (those: readonly (readonly [Pair, number])[]) =>
    rateOf(Math.floor(those.reduce((sum, [, right]) => sum + right, 0)), those.length);
  const byGrade = Object.fromEntries(GRADES.map((grade) => [grade, rate(pairs.filter(([pair]) => pair.grade === grade))]));
  return { all: rate(pairs), byGrade: byGrade as Record<Grade, Rate> };
}

/** An answer that was shown. */
export interface ShownAnswer {
  readonly features: readonly number[];
  readonly isRefusal: boolean;
}

/** Whether choosing by the preference model can be trusted, and how far. */
export interface OptimisationMeter {
  /** Pairs of the helpful head that there are to measure with. */
  readonly comparisons: number;
  /** Of each head. */
  readonly heldOut: Readonly<Record<HeadName, Accuracy>>;
  /**
   * Correlation (Pearson) of R_h's score with the logarithm of the length, over the shown answers: near 1 the head has come to mean long.
   * Undefined where there is none.
   */
  readonly lengthCorrelation: number | undefined;
  /** Of the shown answers, those that refuse. */
  readonly refusals: Rate;
  /** How many candidates an answer may be chosen from. */
  readonly mostCandidates: typeof CAPPED_CANDIDATES | typeof MOST_CANDIDATES;
  /** Why it is the lower one. */
  readonly capped?: 'few-comparisons' | 'low-accuracy';
}

/**
 * Measures how far the heads can be optimised against (Gao et al. 2023: what is gained by a proxy turns into a loss when it is followed
 * too far). Below 55 % of held-out pairs of the helpful head, by which most answers are ranked, or with fewer than 50, an answer is
 * chosen from a few only.
 * @param heads those in use, learned from these judgements or not
 */
export function meterOf(
  prior: Heads,
  heads: Heads,
  judgements: readonly Judgement[],
  shown: readonly ShownAnswer[] = [],
): OptimisationMeter {
  const heldOut = heldOutAccuracy(prior, judgements);
  const { value, of: comparisons } = heldOut.helpful.all;
  const isRight = (value ?? 0) >= LEAST_ACCURACY;
  const capped = comparisons < FEWEST_COMPARISONS ? 'few-comparisons' : isRight ? undefined : 'low-accuracy';
  return {
    comparisons,
    heldOut,
    lengthCorrelation: correlation(
      shown.map(({ features }) => scoresOf(heads, features).helpful),
      shown.map(({ features }) => features[FEATURES.indexOf('log_length')] as number),
    ),
    refusals: rateOf(shown.filter(({ isRefusal }) => isRefusal).length, shown.length),
    mostCandidates: capped ? CAPPED_CANDIDATES : MOST_CANDIDATES,
    ...(capped && { capped }),
  };
}

function correlation(a: readonly number[], b: readonly number[]): number | undefined {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [fromA, fromB] = [value - meanA, (b[i] as number) - meanB];
    both += fromA * fromB;
    squaresA += fromA ** 2;
    squaresB += fromB ** 2;
  }
  return squaresA > 0 && squaresB > 0 ? both / Math.sqrt(squaresA * squaresB) : undefined;
}
