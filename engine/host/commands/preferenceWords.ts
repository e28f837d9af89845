import type { FoundPrior } from '../../storage/preferencePrior.ts';
import type { Outcome } from '../../tuning/audit/labelled.ts';
import type { Rate } from '../../tuning/audit/rate.ts';
import type { Ranked } from '../../tuning/preference/combine.ts';
import type { HeadName } from '../../tuning/preference/heads.ts';
import { GRADES } from '../../tuning/preference/judgements.ts';
import type { MarginKind } from '../../tuning/preference/learn.ts';
import {
  type Accuracy,
  type OptimisationMeter,
  PAPER_ACCURACY,
  PAPER_HEADS,
  type PaperAccuracy,
} from '../../tuning/preference/meter.ts';
import type { Vote } from '../../tuning/preference/vote.ts';

/** How many weights are named. */
const NAMED = 5;

interface Learning {
  readonly judgements: number;
  readonly prior: Pick<FoundPrior, 'of' | 'path'>;
  readonly milliseconds: number;
  readonly priorAlone: Readonly<Record<HeadName, Accuracy>>;
  readonly heldOut: readonly ({ readonly margins: MarginKind } & Readonly<Record<HeadName, Accuracy>>)[];
  readonly meter: OptimisationMeter;
  readonly activated: boolean;
  readonly why?: 'nothing-to-learn' | 'nothing-to-measure' | 'worse';
  readonly bench: { readonly before: Rate; readonly after: Rate };
  readonly weights: readonly { readonly name: string; readonly prior: number; readonly learned: number }[];
}

/** What was learned, as a table. */
export function learningInWords(learning: Learning): string {
  const { judgements, milliseconds, priorAlone, heldOut, weights } = learning;
  const row = (name: string, cells: readonly string[]) => name.padEnd(34) + cells.map((cell) => cell.padStart(14)).join('');
  const ours = (name: string, { all, byGrade }: Accuracy) =>
    row(name, [...GRADES.map((grade) => percent(byGrade[grade])), percent(all)]);
  const paper = (name: string, found: PaperAccuracy) =>
    row(`  Touvron et al. 2023, ${name}`, [...GRADES.map((grade) => found[grade].toFixed(1)), found.all.toFixed(1)]);
  const cases = ({ all, byGrade }: Accuracy) =>
    row('pairs', [...GRADES.map((grade) => String(byGrade[grade].of)), String(all.of)]);
  const moved = [...weights].sort((a, b) => Math.abs(b.learned - b.prior) - Math.abs(a.learned - a.prior)).slice(0, NAMED);
  return [
    `${judgements} judgements, learned in ${milliseconds.toFixed(1)} ms; ${priorInWords(learning.prior)}`,
    '',
    'pairs ordered as you did by helpfulness, in %, held out; margins none, small (in use) and large',
    row('', [...GRADES, 'all']),
    cases(priorAlone.helpful),
    ours('the prior alone', priorAlone.helpful),
    ...heldOut.flatMap(({ margins, helpful }) => [ours(`margins ${margins}`, helpful), paper(margins, PAPER_ACCURACY[margins])]),
    '',
    'pairs ordered as you did by safety',
    cases(priorAlone.safe),
    ours('the prior alone', priorAlone.safe),
    ...heldOut.map(({ margins, safe }) => ours(`margins ${margins}`, safe)),
    paper('safety', PAPER_HEADS.safe),
    '',
    meterInWords(learning.meter),
    versionInWords(learning),
    '',
    'weights of the helpful head that moved most',
    ...moved.map(({ name, prior, learned }) => `  ${name.padEnd(16)}${prior.toFixed(3).padStart(8)} → ${learned.toFixed(3)}`),
  ].join('\n');
}

function meterInWords({ capped, comparisons, mostCandidates }: OptimisationMeter): string {
  const most = `An answer is chosen from ${mostCandidates} at most`;
  if (capped === 'few-comparisons') return `${most}: ${comparisons} comparisons are too few to trust the heads, 50 are needed.`;
  if (capped === 'low-accuracy') return `${most}: the heads order less than 55% of held-out comparisons as you did.`;
  return `${most}.`;
}

function versionInWords({ activated, why, bench }: Learning): string {
  if (why === 'nothing-to-learn') return 'There is nothing to learn from.';
  if (why === 'nothing-to-measure') return 'Nothing is held out for the mini-bench: the prior would stay in use.';
  const figures = `${bench.before.count} of ${bench.before.of} by the prior, ${bench.after.count} by the new heads`;
  return `The mini-bench: ${figures}; ${activated ? 'they would be put to use' : 'the prior would stay in use'}.`;
}

interface Best {
  readonly prior: Pick<FoundPrior, 'of' | 'path'>;
  /** How many answers were requested; there are fewer if the heads cannot be trusted with so many. */
  readonly asked: number;
  readonly meter: OptimisationMeter;
  readonly temperature: number;
  readonly abreast: number;
  readonly refusal?: { readonly probability: number; readonly refused: boolean } | undefined;
  /** Whether the message may be unsafe. */
  readonly tagged: boolean;
  readonly divergence: number;
  readonly orderStatistic: number;
  readonly candidates: readonly (Ranked & { readonly text: string; readonly outcome: Outcome })[];
  readonly vote?: Vote;
  readonly stats: { readonly generatedTokens: number; readonly milliseconds: number };
}

/** Answers with what the preference model says of them, the best first. */
export function bestInWords({ candidates, temperature, divergence, orderStatistic, vote, stats, ...rest }: Best): string {
  const count = candidates.length;
  const seconds = (stats.milliseconds / 1000).toFixed(1);
  const lines = [
    `${count} answers at temperature ${temperature.toFixed(2)}, ${stats.generatedTokens} tokens in ${seconds} s, ${rest.abreast} at once; ${priorInWords(rest.prior)}`,
    ...(rest.asked > count ? [`${rest.asked} were asked for. ${meterInWords(rest.meter)}`] : []),
    `KL of taking the best: ${divergence.toFixed(2)} nats; of normal rewards the best is ${orderStatistic.toFixed(2)} deviations above the mean`,
    ...(rest.refusal
      ? [`P(refuse) ${rest.refusal.probability.toFixed(3)}, ${rest.refusal.refused ? 'refused' : 'answered'}`]
      : []),
    ...(rest.tagged ? ['ranked by safety: the message may be unsafe'] : []),
    '',
    '     R_h     R_s     R_c   by         R',
    ...candidates.map(candidateInWords),
  ];
  if (vote && vote.votes > 1)
    lines.push(
      '',
      `${vote.votes} of ${count} say the same (${Math.round(100 * vote.agreement)}%), the first of them answer ${vote.winner + 1}`,
    );
  return lines.join('\n');
}

function candidateInWords({ index, helpful, safe, probability, by, reward, text, outcome }: Best['candidates'][number]): string {
  const cells = [helpful, safe, probability].map((value) => value.toFixed(3).padStart(8)).join('');
  const said = text.trim().split('\n').join('\n    ');
  return `${cells}   ${by.padEnd(7)}${reward.toFixed(2).padStart(6)}   answer ${index + 1}, ${outcome}\n    ${said}`;
}

function priorInWords({ of, path }: Pick<FoundPrior, 'of' | 'path'>): string {
  return of === 'model'
    ? `prior of the model, ${path}`
    : `the model has no prior of its own; that of the default model is used, ${path}`;
}

function percent({ value }: Rate): string {
  return value === undefined ? '–' : (100 * value).toFixed(1);
}
