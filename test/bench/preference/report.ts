import { cpus } from 'node:os';
import { divergenceOfBest, expectedMaximum, expectedMaximumOf } from '../../../engine/tuning/preference/orderStatistics.ts';
import { CANDIDATE_COUNTS, type CandidateCount, temperatureFor } from '../../../engine/tuning/preference/temperature.ts';
import { DRAWN, type Drawn, MAX_TOKENS, TRIED } from './drawing.ts';

/** RESULTS.md. */
export function report({ greedy, drawn }: Drawn): string {
  const gains = drawn.map((sets) =>
    CANDIDATE_COUNTS.map((k) => sets.map((set, i) => expectedMaximumOf(set, k) - (greedy[i] as number))),
  );
  const spreads = drawn.map((sets) =>
    CANDIDATE_COUNTS.map((k) => mean(sets.map((set) => (expectedMaximumOf(set, k) - mean(set)) / (deviation(set) || 1)))),
  );
  const byTemperature = (cells: (t: number) => readonly string[]) =>
    TRIED.map((temperature, t) => row([temperature.toFixed(2), ...cells(t)])).join('\n');
  const heading = `${row(['temperature', ...CANDIDATE_COUNTS.map(String)])}\n${row(['---', ...CANDIDATE_COUNTS.map(() => '---:')])}`;
  return `# Best of K on the default model

\`npm run bench:preference -- ${greedy.length}\`: ${greedy.length} ordinary requests of the audit, ${DRAWN} answers to each at every temperature, at most
${MAX_TOKENS} tokens long. Of each set the best of K is averaged over all choices of K. ${cpus()[0]?.model ?? 'CPU'}, one thread.

The reward is the logit of R_c by the shipped heads, so the tables say what choosing finds of what the heads like, not how good the answers are.

What the best of K has more than the most probable answer, in logits (of which the mean is ${plain(mean(greedy))}). The peak is that of the
parabola through the highest and its neighbours; what is in use (\`engine/tuning/preference/temperature.ts\`) follows one that is clearly higher. Last, what the
highest has more than the same requests answered at 1.00, with its standard error:

${heading}
${byTemperature((t) => (gains[t] ?? []).map((each) => signed(mean(each))))}
${row(['peak', ...ofCounts((k) => tunedTo(gainsOf(gains, k)).toFixed(2))])}
${row(['in use', ...ofCounts((_, count) => temperatureFor(count).toFixed(2))])}
${row(['more than at 1.00', ...ofCounts((k) => overOne(gainsOf(gains, k)))])}

What it has more than one drawn at the same temperature, in deviations of the set; last that of a normal reward, and how far it is from drawing
once:

${heading}
${byTemperature((t) => (spreads[t] ?? []).map(plain))}
${row(['order statistic', ...CANDIDATE_COUNTS.map((k) => expectedMaximum(k).toFixed(2))])}
${row(['KL, nats', ...CANDIDATE_COUNTS.map((k) => divergenceOfBest(k).toFixed(2))])}
`;
}

/** Of one number of candidates: the gain of each request, by temperature. */
function gainsOf(gains: readonly (readonly (readonly number[])[])[], k: number): (readonly number[])[] {
  return gains.map((each) => each[k] ?? []);
}

function tunedTo(gains: readonly (readonly number[])[]): number {
  return peakOf(TRIED, gains.map(mean));
}

/** Where the parabola through the highest of evenly spaced points and its neighbours is highest; at an end of them, that end. */
export function peakOf(places: readonly number[], heights: readonly number[]): number {
  const highest = heights.indexOf(Math.max(...heights));
  const at = (list: readonly number[], i: number) => list[i] as number;
  if (highest === 0 || highest === heights.length - 1) return at(places, highest);
  const [left, middle, right] = [-1, 0, 1].map((i) => at(heights, highest + i)) as [number, number, number];
  const step = at(places, highest + 1) - at(places, highest);
  return at(places, highest) + (step * (left - right)) / (2 * (left - 2 * middle + right));
}

/** What the highest has more than at temperature 1, over the same requests. */
function overOne(gains: readonly (readonly number[])[]): string {
  const means = gains.map(mean);
  const best = gains[means.indexOf(Math.max(...means))] ?? [];
  const one = gains[TRIED.indexOf(1)] ?? [];
  const more = best.map((value, i) => value - (one[i] as number));
  return `${signed(mean(more))} ± ${plain(deviation(more) / Math.sqrt(more.length - 1))}`;
}

function ofCounts(cell: (k: number, count: CandidateCount) => string): string[] {
  return CANDIDATE_COUNTS.map((count, k) => (count === 1 ? '' : cell(k, count)));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const plain = (value: number) => value.toFixed(2).replace('-0.00', '0.00').replace('-', '−');
const signed = (value: number) => (value < 0 ? plain(value) : `+${plain(value)}`);
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
