import { type Heads, PAPER_HEADS, type Rate, rankAnswers } from '../../engine/index.ts';
import { GRADES, HEADS, type Head } from '../../webview/protocol/chatPreference.ts';
import {
  type Corner,
  JUDGEMENT_KINDS,
  type PreferencesView,
  type ShownHead,
  type ShownHeads,
  type ShownMeter,
  type ShownPoint,
  type ShownShare,
} from '../../webview/protocol/preferences.ts';
import { versionsOf } from './changes.ts';
import { type LimitWords, limitOf, type Worth } from './measured.ts';
import type { Known } from './preferences.ts';
import type { RecentAnswer } from './stored.ts';

/** Words and dates in the language of the editor. */
export interface PreferencesWords extends LimitWords {
  readonly when: (time: number) => string;
}

/** What the page shows of a model's preferences. */
export function shownPreferences(
  { stored, prior }: Known,
  { heads, version, meter }: Worth,
  words: PreferencesWords,
): Pick<PreferencesView, 'counts' | 'meter' | 'versions' | 'unsafeBelow' | 'answers'> {
  const counts = JUDGEMENT_KINDS.map((kind) => ({
    kind,
    count: stored.judgements.filter((judgement) => judgement.kind === kind).length,
  }));
  const versions = versionsOf(stored, prior).versions.map(
    ({ id, at, judgements }): ShownHeads => ({
      version: id,
      when: id === 0 ? '' : words.when(at),
      judgements,
      isActive: id === version,
    }),
  );
  return {
    counts,
    meter: shownMeter(meter, words),
    versions: versions.toReversed(),
    unsafeBelow: heads.unsafeBelow,
    answers: stored.recent.map((answer) => shownPoint(heads, answer, words)).toReversed(),
  };
}

/** The corner of the plot for an answer that one head finds rather good and the other rather bad. */
export function cornerOf(helpful: number, safe: number): Corner {
  if (helpful >= 0.5 === safe >= 0.5) return 'agree';
  return helpful >= 0.5 ? 'helpfulUnsafe' : 'safeUnhelpful';
}

function shownMeter(meter: Worth['meter'], words: LimitWords): ShownMeter {
  const { comparisons, heldOut, lengthCorrelation, refusals } = meter;
  return {
    comparisons,
    heads: HEADS.map((head) => shownHead(head, heldOut[head])),
    lengthCorrelation: lengthCorrelation ?? null,
    refusals: shownShare(refusals),
    ...limitOf(meter, words),
  };
}

function shownHead(head: Head, { all, byGrade }: Worth['meter']['heldOut'][Head]): ShownHead {
  const paper = PAPER_HEADS[head];
  const grades = GRADES.map((grade) => ({ grade, ...shownShare(byGrade[grade]), paper: paper[grade] / 100 }));
  return { head, all: shownShare(all), paper: paper.all / 100, grades };
}

/** By the heads now in use, whichever were in use when it was given. */
function shownPoint(heads: Heads, { text, at, features }: RecentAnswer, words: PreferencesWords): ShownPoint {
  const [{ helpful = 0, safe = 0, probability: combined = 0 } = {}] = rankAnswers(heads, [features]).ranked;
  return { helpful, safe, combined, corner: cornerOf(helpful, safe), text, when: words.when(at) };
}

function shownShare({ value, low, high, of }: Rate): ShownShare {
  return { value: value ?? null, low, high, of };
}
