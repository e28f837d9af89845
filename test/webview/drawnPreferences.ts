import { FEATURES, findPreferencePrior, type Heads, type Judgement } from '../../engine/index.ts';
import { learnt, withJudgements, withRecent } from '../../extension/preferences/changes.ts';
import { Measured } from '../../extension/preferences/measured.ts';
import { type PreferencesWords, shownPreferences } from '../../extension/preferences/preferencesView.ts';
import { noPreferences } from '../../extension/preferences/stored.ts';
import { GRADES, type Head } from '../../webview/protocol/chatPreference.ts';
import type { PreferencesView } from '../../webview/protocol/preferences.ts';
import { defaultModel } from '../support/defaultModel.ts';
import { Random } from '../support/random.ts';

const COMPARISONS = 240;
/** One comparison in so many is about safety. */
const ABOUT_SAFETY = 5;
const ANSWERS = 60;
/** By how much two answers differ to somebody who calls the one significantly better, better, slightly better than the other. */
const MARGINS = [6, 4, 2];
/** How unsure that somebody is: standard deviation beside what the heads can know. */
const DOUBT = 5;

/**
 * What the page of preferences shows to somebody who is drawn, not asked: answers with the features that those have which the shipped heads
 * learnt from, and comparisons of someone who likes short answers more than the heads do, and is not always sure.
 */
export async function drawnPreferences(words: PreferencesWords): Promise<PreferencesView> {
  const { heads: prior } = await findPreferencePrior(defaultModel, defaultModel);
  const random = new Random(5);
  const answer = () => FEATURES.map((_, i) => (prior.mean[i] ?? 0) + (prior.scale[i] ?? 1) * random.normal());
  let stored = noPreferences(defaultModel);
  for (const [round, from] of [0, COMPARISONS / 2].entries()) {
    const judged = Array.from({ length: COMPARISONS / 2 }, (_, i) =>
      compared(i % ABOUT_SAFETY === 0 ? 'safe' : 'helpful', `${from + i}`, prior, [answer(), answer()], random),
    );
    stored = learnt(withJudgements(stored, judged), prior, Date.now() - (1 - round) * 86_400_000).stored;
  }
  const recent = Array.from({ length: ANSWERS }, (_, i) => {
    return { id: `${i}`, at: Date.now(), text: `Answer ${i}`, features: answer(), isRefusal: i % 15 === 0 };
  });
  const known = { stored: withRecent(stored, recent), prior };
  return {
    ...{ kind: 'view', model: "Paddock's own model", problem: '', done: '' },
    ...shownPreferences(known, new Measured().of(known), words),
  };
}

function compared(head: Head, id: string, prior: Heads, answers: readonly [number[], number[]], random: Random): Judgement {
  const likes = (features: readonly number[]) =>
    features.reduce((sum, value, i) => {
      const weight = (prior[head].weight[i] ?? 0) - (FEATURES[i] === 'log_length' ? 1 : 0);
      return sum + (weight * (value - (prior.mean[i] ?? 0))) / (prior.scale[i] ?? 1);
    }, 0);
  const margin = likes(answers[0]) - likes(answers[1]) + DOUBT * random.normal();
  const [chosen, rejected] = margin > 0 ? answers : ([answers[1], answers[0]] as const);
  const step = MARGINS.findIndex((least) => Math.abs(margin) > least);
  const grade = GRADES[step < 0 ? MARGINS.length : step] ?? 'negligibly';
  return { id, at: Date.now(), version: 0, head, kind: 'comparison', chosen, rejected, grade };
}
