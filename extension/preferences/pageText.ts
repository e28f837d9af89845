import * as vscode from 'vscode';
import type { Attempt } from '../../engine/index.ts';
import type { PreferencesTexts } from '../../webview/protocol/preferences.ts';
import { moment, number, percent } from '../format.ts';
import { MOST_JUDGEMENTS, MOST_SUGGESTIONS } from './changes.ts';
import type { PreferencesWords } from './preferencesView.ts';

const { l10n } = vscode;

/** The texts of the page in the language of the editor; `{0}` in them is filled by the page. */
export function preferencesTexts(): PreferencesTexts {
  return { ...aboutTexts(), ...meterTexts(), ...headsTexts(), ...answersTexts() };
}

function aboutTexts() {
  return {
    title: l10n.t('Preferences'),
    about: l10n.t(
      'Two small models of preference say of every answer how helpful it is and how safe. They ship with Paddock and learn from what you say of answers. All of it stays on this machine, for each model by itself.',
    ),
    noModel: l10n.t('No model is open.'),
    judgements: l10n.t('Your judgements'),
    judgementsNote: l10n.t(
      'Only what the models of preference see of an answer is kept, in numbers: no text. Comparisons have four grades and rankings make pairs of all of their answers, as in LLaMA 2 (Touvron et al. 2023, section 3.2). Whether an inline suggestion was taken is noted by itself, also while statistics are off, and counts a tenth of a comparison. At most {0} judgements are kept, and the last {1} of suggestions.',
      ...[number(MOST_JUDGEMENTS), number(MOST_SUGGESTIONS)],
    ),
    kind: l10n.t('Kind'),
    count: l10n.t('Number'),
    comparison: l10n.t('Comparisons'),
    ranking: l10n.t('Rankings'),
    thumb: l10n.t('Thumbs'),
    suggestion: l10n.t('Inline suggestions taken or not'),
    none: l10n.t(
      'There is no judgement yet. In the chat, use the thumbs below an answer, compare two versions of one, or put candidates into your order.',
    ),
  };
}

function meterTexts() {
  return {
    meter: l10n.t('Over-optimisation meter'),
    meterNote: l10n.t(
      'The best of many by a model of preference pleases that model first: beyond some point the answers get worse while their reward still grows (Gao et al. 2022, arXiv 2210.10760). So the heads are tried on comparisons that they did not learn from, and the candidates are limited while they are no better than a guess.',
    ),
    most: l10n.t('Candidates: at most {0}.', '{0}'),
    accuracyHelpful: l10n.t('Right about which is more helpful, of comparisons held out'),
    accuracySafe: l10n.t('Right about which is safer, of comparisons held out'),
    grade: l10n.t('Grade'),
    own: l10n.t('Yours (95%)'),
    cases: l10n.t('Cases'),
    paper: l10n.t('LLaMA 2'),
    all: l10n.t('All'),
    significantly: l10n.t('Significantly better'),
    better: l10n.t('Better'),
    slightly: l10n.t('Slightly better'),
    negligibly: l10n.t('Negligibly better, or unsure'),
    interval: l10n.t('{0} ({1}–{2})', '{0}', '{1}', '{2}'),
    accuracySource: l10n.t(
      'LLaMA 2: its reward model of helpfulness with small margins, and that of safety (Touvron et al. 2023, tables 28 and 8).',
    ),
    lengthCorrelation: l10n.t(
      'Correlation of the reward with the length of answers: {0}. Near 1 or −1 the heads judge little else.',
      '{0}',
    ),
    refusals: l10n.t('Refusals among the last answers: {0} of {1}.', '{0}', '{1}'),
  };
}

function headsTexts() {
  return {
    heads: l10n.t('Versions of the heads'),
    headsNote: l10n.t(
      'A new version is taken only where it is not worse on what is held out. All judgements are learnt from again each time; where they become too many, those of the best answers of every version stay (Touvron et al. 2023, section 3.2.3).',
    ),
    shipped: l10n.t('As shipped'),
    version: l10n.t('Version {0}, {1}', '{0}', '{1}'),
    learntFrom: l10n.t('learnt from {0} judgements', '{0}'),
    active: l10n.t('in use'),
    activate: l10n.t('Use'),
    activateVersion: l10n.t('Use {0}', '{0}'),
    retrain: l10n.t('Learn Now'),
  };
}

function answersTexts() {
  return {
    answers: l10n.t('Recent answers'),
    answersNote: l10n.t(
      'Each dot is an answer. Where the two heads disagree there are two corners: helpful and unsafe, which the safe head holds back, and safe and unhelpful, such as needless refusals (Touvron et al. 2023, appendix A.4.1). Below the dotted line safety decides.',
    ),
    noAnswers: l10n.t('No answer was weighed yet.'),
    helpfulAxis: l10n.t('Helpful'),
    safeAxis: l10n.t('Safe'),
    combined: l10n.t('Combined'),
    agree: l10n.t('The heads agree'),
    helpfulUnsafe: l10n.t('Helpful and unsafe'),
    safeUnhelpful: l10n.t('Safe and unhelpful'),
    corner: l10n.t('Corner'),
    table: l10n.t('As a table'),
    answer: l10n.t('Answer'),
    when: l10n.t('When'),
    keep: l10n.t('Export, import, erase'),
    keepNote: l10n.t(
      'The file holds the judgements as numbers, from which the heads of any model can learn. Erasing takes them and all that was learnt from them; the heads as shipped leave them, and draw one answer for each question (docs/guide.md, “Which answer is best”).',
    ),
    exportJson: l10n.t('Export as JSON…'),
    importJson: l10n.t('Import JSON…'),
    erase: l10n.t('Erase Judgements…'),
    reset: l10n.t('Back to the Heads as Shipped'),
  };
}

/** Why candidates are limited, and times, in the language of the editor. */
export function preferencesWords(): PreferencesWords {
  return {
    when: moment,
    fewComparisons: (most, there, wanted) =>
      l10n.t(
        'More than {0} can be drawn once there are {2} comparisons to try the heads on; there are {1}. A ranking counts as the pairs that it makes.',
        ...[most, there, wanted],
      ),
    lowAccuracy: (most, accuracy, wanted) =>
      l10n.t(
        'No more than {0} can be drawn: the heads are right about {1} of the comparisons held out, less than {2}, so more candidates would only find what the heads are wrong about.',
        ...[most, percent(accuracy, 1), percent(wanted, 1)],
      ),
  };
}

/** The result of learning. */
export function attemptText({ isActivated, why, before, after }: Attempt): string {
  const tried = [after.count, after.of, before.count] as const;
  if (isActivated) {
    return l10n.t('The new heads are in use: right about {0} of {1} pairs held out, as against {2} before.', ...tried);
  }
  switch (why) {
    case 'worse':
      return l10n.t(
        'The heads before stay in use: the new ones are right about {0} of {1} pairs held out, as against {2}.',
        ...tried,
      );
    case 'nothing-to-measure':
      return l10n.t('The heads stay as they are: no comparison is held out yet to try new ones on. One in five is.');
    default:
      return l10n.t('The heads stay as they are: there is nothing to learn from yet.');
  }
}
