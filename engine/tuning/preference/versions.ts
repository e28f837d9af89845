import type { Rate } from '../audit/rate.ts';
import { type Heads, isHeads } from './heads.ts';
import type { Judgement } from './judgements.ts';
import { learn } from './learn.ts';
import { agreementWith, partOf } from './meter.ts';
import { replayed } from './replay.ts';

/** The heads at one time. */
export interface HeadsVersion {
  /** Grows by one; 0 is the prior. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly heads: Heads;
  /** Judgements it learned from. */
  readonly judgements: number;
}

/** All versions that are kept, the oldest first, and which of them is in use. As JSON it can be kept. */
export interface HeadsVersions {
  readonly versions: readonly HeadsVersion[];
  readonly active: number;
}

/** Besides the prior; the oldest go, but never the active one. */
const MOST_VERSIONS = 20;

/** One judgement in so many is for the mini-bench: no version learns from it. */
const BENCH_PART = 5;

/** The result of an attempt to learn. */
export interface Attempt {
  readonly versions: HeadsVersions;
  /** Whether the new heads are in use; else nothing has changed. */
  readonly isActivated: boolean;
  /** `nothing-to-learn`: there are no judgements; `nothing-to-measure`: none of them is for the mini-bench; `worse`: it dropped. */
  readonly why?: 'nothing-to-learn' | 'nothing-to-measure' | 'worse';
  /** How many of the mini-bench's pairs and thumbs, which no version learned from, the active and the new heads agree with. */
  readonly before: Rate;
  readonly after: Rate;
}

export function firstVersions(prior: Heads, at: number): HeadsVersions {
  return { versions: [{ id: 0, at, heads: prior, judgements: 0 }], active: 0 };
}

export function activeVersion({ versions, active }: HeadsVersions): HeadsVersion {
  return versions.find(({ id }) => id === active) ?? (versions[0] as HeadsVersion);
}

/**
 * Learns new heads from the judgements, and uses them if they agree with the mini-bench, which no version learned from, at least as often
 * as the present ones. The prior is version 0.
 */
export function attemptVersion(kept: HeadsVersions, judgements: readonly Judgement[], at: number): Attempt {
  const prior = (kept.versions[0] as HeadsVersion).heads;
  const bench = judgements.filter((judgement) => partOf(judgement, BENCH_PART) === 0);
  const learnedFrom = replayed(
    judgements.filter((judgement) => partOf(judgement, BENCH_PART) !== 0),
    kept.versions,
  );
  const before = agreementWith(activeVersion(kept).heads, bench);
  if (learnedFrom.length === 0) return { versions: kept, isActivated: false, why: 'nothing-to-learn', before, after: before };
  const heads = learn(prior, learnedFrom);
  const after = agreementWith(heads, bench);
  if (bench.length === 0 || after.of === 0) {
    return { versions: kept, isActivated: false, why: 'nothing-to-measure', before, after };
  }
  if (after.count < before.count) return { versions: kept, isActivated: false, why: 'worse', before, after };
  const id = Math.max(...kept.versions.map((version) => version.id)) + 1;
  const [first, ...others] = [...kept.versions, { id, at, heads, judgements: learnedFrom.length }];
  const versions = [first as HeadsVersion, ...others.slice(-MOST_VERSIONS)];
  return { versions: { versions, active: id }, isActivated: true, before, after };
}

/** Goes back to a version, or on to a later one; a version that is not kept changes nothing. */
export function rolledBack(kept: HeadsVersions, id: number): HeadsVersions {
  return kept.versions.some((version) => version.id === id) ? { ...kept, active: id } : kept;
}

/** Whether something that was kept as JSON is versions of heads over the features there are now. */
export function isHeadsVersions(value: unknown): value is HeadsVersions {
  if (typeof value !== 'object' || value === null) return false;
  const { versions, active } = value as Record<string, unknown>;
  return Array.isArray(versions) && versions.length > 0 && versions.every(isVersion) && versions.some(({ id }) => id === active);
}

function isVersion(value: unknown): value is HeadsVersion {
  if (typeof value !== 'object' || value === null) return false;
  const { id, at, heads, judgements } = value as Record<string, unknown>;
  return Number.isSafeInteger(id) && Number.isFinite(at) && Number.isSafeInteger(judgements) && isHeads(heads);
}
