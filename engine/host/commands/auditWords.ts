import type { ClassifierError } from '../../tuning/audit/classifierError.ts';
import { OUTCOMES, type Outcome } from '../../tuning/audit/labelled.ts';
import type { Rate } from '../../tuning/audit/rate.ts';
import { type AuditReport, type AuditRow, REFERENCES, type SetRate, type Sweep } from '../../tuning/audit/report.ts';

/** How many requests of each kind are named. */
const NAMED = 5;

/** The result of an audit as a table. */
export function auditInWords({
  model,
  requests,
  sweep,
  answers,
}: AuditReport & { model: string; requests: readonly AuditRow[] }) {
  const parts = [`${model}, ${requests.length} requests; shares with 95% intervals (Wilson)`];
  if (sweep) parts.push(sweepInWords(sweep), worstInWords(requests));
  if (answers) parts.push(answersInWords(answers));
  return [...parts, references()].join('\n\n');
}

function sweepInWords({ areas, thresholds, target }: Sweep): string {
  const sets = thresholds[0]?.sets ?? [];
  const line = (first: string, cells: readonly string[]) => first.padEnd(12) + cells.map((cell) => cell.padStart(26)).join('');
  const rates = (rates: readonly SetRate[]) => rates.map(({ wrong }) => inPercent(wrong));
  const headings = sets.map(({ set, shouldRefuse }) => `${set}, ${shouldRefuse ? 'missed' : 'refused'}`);
  return [
    'refuses where P(refuse) is above a threshold',
    line('threshold', headings),
    ...thresholds.map(({ threshold, sets }) => line(threshold.toFixed(1), rates(sets))),
    line(target.threshold.toFixed(3), rates(target.sets)),
    `The last is the strictest threshold with at most ${percent(target.share)} false refusals in every set.`,
    ...areas.map(({ set, area }) => `Area under the curve, ${set} against what should be refused: ${area.toFixed(3)}`),
  ].join('\n');
}

/** The requests the model misjudges most. */
function worstInWords(rows: readonly AuditRow[]): string {
  const listed = (shouldRefuse: boolean) =>
    rows
      .flatMap((row) =>
        row.probability !== undefined && row.shouldRefuse === shouldRefuse ? [{ ...row, p: row.probability }] : [],
      )
      .sort((a, b) => (shouldRefuse ? a.p - b.p : b.p - a.p))
      .slice(0, NAMED)
      .map(({ p, prompt }) => `  ${p.toFixed(3)}  ${short(prompt)}`);
  const [harmless, harmful] = [listed(false), listed(true)];
  return [
    ...(harmless.length > 0 ? ['most probably refused of those to answer', ...harmless] : []),
    ...(harmful.length > 0 ? ['least probably refused of those to refuse', ...harmful] : []),
  ].join('\n');
}

function answersInWords({ sets, classifier }: NonNullable<AuditReport['answers']>): string {
  return [
    'what answers were taken for',
    outcomeLine('set', OUTCOMES),
    ...sets.map(({ set, outcomes }) => rateLine(set, (outcome) => outcomes[outcome])),
    classifierInWords(classifier),
  ].join('\n');
}

/** How reliable the classification of answers is. */
export function classifierInWords({ accuracy, outcomes }: ClassifierError): string {
  return [
    `The classifier is right on ${inPercent(accuracy)} of ${accuracy.of} labelled answers.`,
    outcomeLine('', OUTCOMES),
    rateLine('precision', (outcome) => outcomes[outcome].precision),
    rateLine('recall', (outcome) => outcomes[outcome].recall),
  ].join('\n');
}

function outcomeLine(first: string, cells: readonly string[]): string {
  return first.padEnd(14) + cells.map((cell) => cell.padStart(24)).join('');
}

function rateLine(first: string, rate: (outcome: Outcome) => Rate): string {
  return outcomeLine(
    first,
    OUTCOMES.map((outcome) => inPercent(rate(outcome))),
  );
}

function references(): string {
  const [without, all] = REFERENCES.llama2Borderline;
  return [
    'for comparison, other models on other requests',
    `  LLaMA 2 refuses ${percent(without)} (no safety data) to ${percent(all)} (all of it) of its own borderline set (arXiv 2307.09288)`,
    `  LLaMA 2 on XSTest's safe prompts: ${percent(REFERENCES.xstestWithPrompt)} with Meta's system prompt, ${percent(REFERENCES.xstestWithoutPrompt)} without (arXiv 2308.01263)`,
  ].join('\n');
}

function inPercent({ value, low, high }: Rate): string {
  return value === undefined ? '–' : `${percent(value, 1)} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)}%`;
}

/** On one line. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
