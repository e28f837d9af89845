/** The panel's English texts about candidates and judgements. */
export const chatPreferenceTexts = {
  best: 'Best of {0}',
  bestCount: 'Answers drawn for each question',
  bestOff: 'One answer, the most probable one.',
  bestCost:
    'Each question is answered {0} times and the best answer is shown. It takes longer, at most {1} times, with memory for as many answers; the first one is shown while they come. The choice takes answers {2} nats (KL) away from what the model says by itself.',
  bestNote:
    'The best is found by two small models of preference, for helpful and for safe answers, which learn from your judgements on this machine; where an answer scores below 0.15 for safety or the message may be unsafe, safety decides (Touvron et al. 2023, section 3.2). They are drawn at the temperature at which the best of so many gains most: 1.3 for two, 1.25 for sixteen (section 3.2.3). The more candidates there are, the easier it becomes to please these models rather than you (Gao et al. 2022, arXiv 2210.10760).',
  preferences: 'Preferences…',
  preferencesNote:
    'What you judged, what was learnt from it, and how far that can be trusted (docs/guide.md, “Which answer is best”).',
  drawing: 'Candidate 1 of {0}. The best is shown when all are there.',
  candidates: '{0} candidates.',
  candidatesDifferent: '{0} candidates, {1} of them different.',
  candidatesAlike: 'The {0} candidates say the same.',
  candidatesNote:
    'The best by the combined score is first. Your own order (drag, buttons, or Alt and an arrow key) counts as a judgement of every pair (Ouyang et al. 2022, arXiv 2203.02155).',
  candidatesRanked: 'They are in your order, which counts as a judgement of every pair (Ouyang et al. 2022, arXiv 2203.02155).',
  candidatesVoted:
    'What most of them say is first (maj1@k, Wang et al. 2022, arXiv 2203.11171), then the best by the combined score. Your own order (drag, buttons, or Alt and an arrow key) counts as a judgement of every pair (Ouyang et al. 2022, arXiv 2203.02155).',
  candidate: 'Candidate {0} of {1}',
  candidateUp: 'Move Up: {0}',
  candidateDown: 'Move Down: {0}',
  candidateMoved: 'Now in place {0} of {1}.',
  candidateEmpty: 'An empty answer',
  combined: 'Combined',
  helpful: 'Helpful',
  safe: 'Safe',
  gateTagged: 'Ranked by safety: the message may be unsafe.',
  gateUnsafe: 'Ranked by safety: it scores below 0.15 for that.',
  vote: '{0} of {1} agree on:',
  thumbUp: 'Good Answer',
  thumbDown: 'Bad Answer',
  thumbNote:
    'Teaches the models of preference on this machine, half as much as a comparison does (docs/guide.md, “Which answer is best”).',
  compare: 'Compare Two Versions',
  compareNote:
    'The models of preference learn which is better and by how much, in the four grades of LLaMA 2’s annotators (Touvron et al. 2023, section 3.2.1).',
  compareWith: 'Compare with',
  compareBy: 'Judge by',
  compareHelpful: 'Helpfulness',
  compareSafe: 'Safety',
  versionName: 'Version {0}',
  compareQuestion: 'Which one is better?',
  gradeSignificantly: '{0} is significantly better',
  gradeBetter: '{0} is better',
  gradeSlightly: '{0} is slightly better',
  gradeNegligibly: 'About the same, or unsure',
  compareKeep: 'Keep This Judgement',
  compareKept: 'Kept.',
};
