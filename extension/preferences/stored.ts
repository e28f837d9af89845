import {
  type HeadsVersions,
  isFeatureList,
  isHeadsVersions,
  isJudgement,
  type Judgement,
  NO_MOMENTS,
  type RunningMoments,
} from '../../engine/index.ts';
import { CANDIDATE_COUNTS, type CandidateCount } from '../../webview/protocol/chatPreference.ts';
import {
  isBoolean,
  isCount,
  isFiniteNumber,
  isListOf,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from '../../webview/protocol/guards.ts';
import { readJson } from '../storage/readJson.ts';

/** A recent answer: its features, and how it begins. */
export interface RecentAnswer {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  readonly features: readonly number[];
  readonly isRefusal: boolean;
}

/** A person's stored preferences about the answers of one model. */
export interface StoredPreferences {
  /** Its path. */
  readonly model: string;
  /** How many answers are drawn for each question. */
  readonly count: CandidateCount;
  /** The oldest first. */
  readonly judgements: readonly Judgement[];
  /** How many of them, not counting suggestions, came since the heads last tried to learn. */
  readonly fresh: number;
  /** The learned heads; null if nothing was learned yet. */
  readonly heads: HeadsVersions | null;
  /** The oldest first. */
  readonly recent: readonly RecentAnswer[];
  /** Moments of earlier rewards, for whitening. */
  readonly seen: RunningMoments;
}

export function noPreferences(model: string): StoredPreferences {
  return { model, count: 1, judgements: [], fresh: 0, heads: null, recent: [], seen: NO_MOMENTS };
}

const VERSION = 1;

const isRecent = isObject<RecentAnswer>({
  id: isString,
  at: isFiniteNumber,
  text: isString,
  features: isFeatureList,
  isRefusal: isBoolean,
});

const isStored = isObject<StoredPreferences & { readonly version: number }>({
  version: isOneOf(VERSION),
  model: isString,
  count: isOneOf(...CANDIDATE_COUNTS),
  judgements: isListOf<Judgement>(isJudgement),
  fresh: isCount,
  heads: isNullable<HeadsVersions>(isHeadsVersions),
  recent: isListOf(isRecent),
  seen: isObject<RunningMoments>({ count: isCount, mean: isFiniteNumber, squares: isFiniteNumber }),
});

/** Reads what {@link serialize} wrote; undefined when it is anything else. */
export function parse(text: string): StoredPreferences | undefined {
  const value = readJson(text, isStored);
  if (!value) return undefined;
  const { version: _, ...stored } = value;
  return stored;
}

export function serialize(stored: StoredPreferences): string {
  return `${JSON.stringify({ version: VERSION, ...stored })}\n`;
}

/** The exported file: only judgements, from which the heads of any model with the same features can learn (`judgementsFrom`). */
interface Exported {
  readonly format: 'paddock-preferences';
  readonly version: number;
  readonly model: string;
  readonly features: readonly string[];
  readonly judgements: readonly Judgement[];
}

/** @param features their names, in order */
export function exported({ model, judgements }: StoredPreferences, features: readonly string[]): string {
  const file: Exported = { format: 'paddock-preferences', version: VERSION, model, features, judgements };
  return `${JSON.stringify(file, null, 2)}\n`;
}
