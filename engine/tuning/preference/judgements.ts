import { isFeatureList } from './heads.ts';

/** How much better one answer is than the other: the grades of Touvron et al. 2023, section 3.2.1. */
export const GRADES = ['significantly', 'better', 'slightly', 'negligibly'] as const;
export type Grade = (typeof GRADES)[number];

interface Judged {
  /** Never changes; decides which judgements are held out. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The version of the heads that chose or ranked the answers; 0 is the prior. */
  readonly version: number;
  /** What was judged. */
  readonly head: 'helpful' | 'safe';
}

/** A person's judgement of answers to one prompt, each given by its features (of `FEATURES`). */
export type Judgement = Judged &
  (
    | {
        readonly kind: 'comparison';
        readonly chosen: readonly number[];
        readonly rejected: readonly number[];
        readonly grade: Grade;
      }
    /** The lower the rank the better; those with the same rank are a tie. */
    | { readonly kind: 'ranking'; readonly answers: readonly { readonly features: readonly number[]; readonly rank: number }[] }
    | { readonly kind: 'thumb'; readonly features: readonly number[]; readonly isUp: boolean }
    /** What became of an inline completion: a weak label, since there are many reasons not to accept one. */
    | { readonly kind: 'suggestion'; readonly features: readonly number[]; readonly isAccepted: boolean }
  );

/** An answer that was preferred to another one. */
export interface Pair {
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
  /** Absent where only the order is known. */
  readonly grade?: Grade;
  /** How much it counts beside one comparison. */
  readonly weight: number;
}

/**
 * The pairs that a judgement makes. K ranked answers make all C(K, 2), ties none (Ouyang et al. 2022); together they count as the K − 1
 * comparisons that the order takes.
 */
export function pairsOf(judgement: Judgement): Pair[] {
  if (judgement.kind === 'comparison') {
    const { chosen, rejected, grade } = judgement;
    return [{ chosen, rejected, grade, weight: 1 }];
  }
  if (judgement.kind !== 'ranking') return [];
  const { answers } = judgement;
  const weight = 2 / answers.length;
  return answers.flatMap((better) =>
    answers
      .filter((worse) => worse.rank > better.rank)
      .map((worse) => ({ chosen: better.features, rejected: worse.features, weight })),
  );
}

/** Whether something that was kept or exported as JSON is a judgement. */
export function isJudgement(value: unknown): value is Judgement {
  if (typeof value !== 'object' || value === null) return false;
  const judgement = value as Record<string, unknown>;
  const { id, at, version, head } = judgement;
  const isJudged = typeof id === 'string' && Number.isFinite(at) && Number.isSafeInteger(version);
  return isJudged && (head === 'helpful' || head === 'safe') && isOfItsKind(judgement);
}

function isOfItsKind({ kind, chosen, rejected, grade, answers, features, isUp, isAccepted }: Record<string, unknown>): boolean {
  switch (kind) {
    case 'comparison':
      return isFeatureList(chosen) && isFeatureList(rejected) && GRADES.some((known) => known === grade);
    case 'ranking':
      return Array.isArray(answers) && answers.length > 1 && answers.every(isRanked);
    case 'thumb':
      return isFeatureList(features) && typeof isUp === 'boolean';
    case 'suggestion':
      return isFeatureList(features) && typeof isAccepted === 'boolean';
    default:
      return false;
  }
}

function isRanked(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { features, rank } = value as Record<string, unknown>;
  return isFeatureList(features) && Number.isFinite(rank);
}
