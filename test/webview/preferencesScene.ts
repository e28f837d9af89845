import { PAPER_HEADS } from '../../engine/index.ts';
import { GRADES, HEADS, type Head } from '../../webview/protocol/chatPreference.ts';
import type { PreferencesView, ShownHead, ShownShare } from '../../webview/protocol/preferences.ts';
import { PREFERENCES_TEXT_KEYS } from '../../webview/protocol/preferencesTexts.ts';

/** Each text is its own key, so that tests can see which text is where. */
export const preferencesTexts = {
  ...Object.fromEntries(PREFERENCES_TEXT_KEYS.map((key) => [key, key])),
  ...{ most: 'at most {0}.', interval: '{0} ({1}–{2})', lengthCorrelation: 'length {0}', refusals: 'refused {0} of {1}' },
  ...{ version: 'version {0}, {1}', learntFrom: 'from {0}', activateVersion: 'activate {0}' },
};

export const emptyPreferences: PreferencesView = {
  ...{ kind: 'view', model: 'tiny', problem: '', done: '' },
  counts: [
    { kind: 'comparison', count: 0 },
    { kind: 'ranking', count: 0 },
    { kind: 'thumb', count: 0 },
    { kind: 'suggestion', count: 0 },
  ],
  meter: {
    ...{ comparisons: 0, lengthCorrelation: null, most: 4, reason: 'There are 0 comparisons of 50.' },
    heads: HEADS.map((head) => ({
      head,
      paper: PAPER_HEADS[head].all / 100,
      all: { value: null, low: 0, high: 1, of: 0 },
      grades: GRADES.map((grade) => ({ grade, value: null, low: 0, high: 1, of: 0, paper: PAPER_HEADS[head][grade] / 100 })),
    })),
    refusals: { value: null, low: 0, high: 1, of: 0 },
  },
  versions: [{ version: 0, when: '', judgements: 0, isActive: true }],
  unsafeBelow: 0.15,
  answers: [],
};

/** @param values by grade */
function accuracy(head: Head, all: ShownShare, of: number, values: readonly number[]): ShownHead {
  const grades = GRADES.map((grade, i) => {
    const value = values[i] ?? 0;
    return { grade, value, low: value - 0.05, high: value + 0.05, of, paper: PAPER_HEADS[head][grade] / 100 };
  });
  return { head, all, paper: PAPER_HEADS[head].all / 100, grades };
}

export const fullPreferences: PreferencesView = {
  ...emptyPreferences,
  done: 'The new heads are in use.',
  counts: [
    { kind: 'comparison', count: 1_240 },
    { kind: 'ranking', count: 12 },
    { kind: 'thumb', count: 88 },
    { kind: 'suggestion', count: 500 },
  ],
  meter: {
    ...{ comparisons: 1_400, lengthCorrelation: -0.314, most: 16, reason: '' },
    heads: [
      accuracy('helpful', { value: 0.66, low: 0.63, high: 0.69, of: 1_400 }, 310, [0.81, 0.7, 0.58, 0.5]),
      accuracy('safe', { value: 0.75, low: 0.6, high: 0.86, of: 40 }, 10, [0.9, 0.8, 0.7, 0.6]),
    ],
    refusals: { value: 0.1, low: 0.02, high: 0.3, of: 20 },
  },
  versions: [
    { version: 2, when: 'today', judgements: 1_100, isActive: true },
    { version: 1, when: 'yesterday', judgements: 48, isActive: false },
    { version: 0, when: '', judgements: 0, isActive: false },
  ],
  answers: Array.from({ length: 40 }, (_, i) => {
    const [helpful, safe] = [(i * 0.37) % 1, 1 - ((i * 0.11) % 1) ** 2];
    const corner = helpful >= 0.5 === safe >= 0.5 ? 'agree' : helpful >= 0.5 ? 'helpfulUnsafe' : 'safeUnhelpful';
    return {
      helpful,
      safe,
      combined: safe < 0.15 ? safe : helpful,
      corner,
      text: `Answer ${i}, which begins like this`,
      when: 'today',
    } as const;
  }),
};
