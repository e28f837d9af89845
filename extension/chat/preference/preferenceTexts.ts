import { l10n } from 'vscode';
import { temperatureFor } from '../../../engine/index.ts';
import { decimal } from '../../format.ts';

/** What the panel says of candidates and judgements; places such as `{0}` are filled by the panel. */
export function preferenceTexts() {
  return { ...candidatesTexts(), ...judgingTexts() };
}

function candidatesTexts() {
  return {
    best: l10n.t('Best of {0}', '{0}'),
    bestCount: l10n.t('Answers drawn for each question'),
    bestOff: l10n.t('One answer, the most probable one.'),
    bestCost: l10n.t(
      'Each question is answered {0} times and the best answer is shown. It takes longer, at most {1} times, with memory for as many answers; the first one is shown while they come. The choice takes answers {2} nats (KL) away from what the model says by itself.',
      '{0}',
      '{1}',
      '{2}',
    ),
    bestNote: l10n.t(
      'The best is found by two small models of preference, for helpful and for safe answers, which learn from your judgements on this machine; where an answer scores below 0.15 for safety or the message may be unsafe, safety decides (Touvron et al. 2023, section 3.2). They are drawn at the temperature at which the best of so many gains most: {0} for two, {1} for sixteen (section 3.2.3). The more candidates there are, the easier it becomes to please these models rather than you (Gao et al. 2022, arXiv 2210.10760).',
      ...[decimal(temperatureFor(2)), decimal(temperatureFor(16))],
    ),
    preferences: l10n.t('Preferences…'),
    preferencesNote: l10n.t(
      'What you judged, what was learnt from it, and how far that can be trusted (docs/guide.md, “Which answer is best”).',
    ),
    drawing: l10n.t('Candidate 1 of {0}. The best is shown when all are there.', '{0}'),
    candidates: l10n.t('{0} candidates.', '{0}'),
    candidatesDifferent: l10n.t('{0} candidates, {1} of them different.', '{0}', '{1}'),
    candidatesAlike: l10n.t('The {0} candidates say the same.', '{0}'),
    candidatesNote: l10n.t(
      'The best by the combined score is first. Your own order (drag, buttons, or Alt and an arrow key) counts as a judgement of every pair (Ouyang et al. 2022, arXiv 2203.02155).',
    ),
    candidatesRanked: l10n.t(
      'They are in your order, which counts as a judgement of every pair (Ouyang et al. 2022, arXiv 2203.02155).',
    ),
    candidatesVoted: l10n.t(
      'What most of them say is first (maj1@k, Wang et al. 2022, arXiv 2203.11171), then the best by the combined score. Your own order (drag, buttons, or Alt and an arrow key) counts as a judgement of every pair (Ouyang et al. 2022, arXiv 2203.02155).',
    ),
    candidate: l10n.t('Candidate {0} of {1}', '{0}', '{1}'),
    candidateUp: l10n.t('Move Up: {0}', '{0}'),
    candidateDown: l10n.t('Move Down: {0}', '{0}'),
    candidateMoved: l10n.t('Now in place {0} of {1}.', '{0}', '{1}'),
    candidateEmpty: l10n.t('An empty answer'),
    combined: l10n.t('Combined'),
    helpful: l10n.t('Helpful'),
    safe: l10n.t('Safe'),
    gateTagged: l10n.t('Ranked by safety: the message may be unsafe.'),
    gateUnsafe: l10n.t('Ranked by safety: it scores below 0.15 for that.'),
    vote: l10n.t('{0} of {1} agree on:', '{0}', '{1}'),
  };
}

function judgingTexts() {
  return {
    thumbUp: l10n.t('Good Answer'),
    thumbDown: l10n.t('Bad Answer'),
    thumbNote: l10n.t(
      'Teaches the models of preference on this machine, half as much as a comparison does (docs/guide.md, “Which answer is best”).',
    ),
    compare: l10n.t('Compare Two Versions'),
    compareNote: l10n.t(
      'The models of preference learn which is better and by how much, in the four grades of LLaMA 2’s annotators (Touvron et al. 2023, section 3.2.1).',
    ),
    compareWith: l10n.t('Compare with'),
    compareBy: l10n.t('Judge by'),
    compareHelpful: l10n.t('Helpfulness'),
    compareSafe: l10n.t('Safety'),
    versionName: l10n.t('Version {0}', '{0}'),
    compareQuestion: l10n.t('Which one is better?'),
    gradeSignificantly: l10n.t('{0} is significantly better', '{0}'),
    gradeBetter: l10n.t('{0} is better', '{0}'),
    gradeSlightly: l10n.t('{0} is slightly better', '{0}'),
    gradeNegligibly: l10n.t('About the same, or unsure'),
    compareKeep: l10n.t('Keep This Judgement'),
    compareKept: l10n.t('Kept.'),
  };
}
