import { axisX, axisY, barY, type PlotOptions, rectY, ruleX, ruleY } from '@observablehq/plot';
import type { LatencyBar, NamedSummary, StatisticsTexts } from '../protocol/statistics.ts';
import { fill } from '../shared/fill.ts';
import { date, duration, number } from '../shared/format.ts';

/** What became of suggestions, in the order in which their bars are stacked, with the variable that holds their colour. */
export const FATES = [
  ['accepted', 'accepted', '--accepted'],
  ['partlyAccepted', 'partly', '--partly'],
  ['rejected', 'rejected', '--rejected'],
] as const;

const HEIGHT = 190;
/** Width that the label of a day or a duration takes, in CSS pixels. */
const LABEL_WIDTH = 64;

/** Suggestions by day, stacked by what became of them. */
export function dayPlot(days: readonly NamedSummary[], texts: StatisticsTexts, width: number): PlotOptions {
  const names = days.map(({ name }) => name);
  const bars = days.flatMap((day) => FATES.map(([field, text]) => ({ day: day.name, fate: texts[text], count: day[field] })));
  const most = Math.max(1, ...days.map(({ accepted, partlyAccepted, rejected }) => accepted + partlyAccepted + rejected));
  // An outline would hide bars of a few pixels.
  const outline = width / names.length < 8 ? 'none' : 'var(--outline)';
  const every = Math.ceil((names.length * LABEL_WIDTH) / width);
  // Counted from today, which always has its label.
  const labelled = names.filter((_, i) => (names.length - 1 - i) % every === 0);
  return {
    height: HEIGHT,
    marginLeft: 40,
    marginRight: 24,
    x: { type: 'band', domain: names, padding: 0.15 },
    y: { domain: [0, most], nice: true, label: null },
    color: { domain: FATES.map(([, text]) => texts[text]), range: FATES.map(([, , color]) => `var(${color})`) },
    marks: [
      axisX({ ticks: labelled, tickFormat: date, tickSize: 3, label: null }),
      axisY({ ticks: Math.min(4, most), tickFormat: wholeNumber, tickSize: 0 }),
      barY(
        bars.filter(({ count }) => count > 0),
        {
          x: 'day',
          y: 'count',
          fill: 'fate',
          stroke: outline,
          order: FATES.map(([, text]) => texts[text]),
          title: ({ day, fate, count }) => `${date(day)}: ${fate} ${number(count)}`,
        },
      ),
      ruleY([0], { stroke: 'var(--axis)' }),
    ],
  };
}

/** How many suggestions took how long, over a logarithmic axis of time, with a line at the median. */
export function latencyPlot(
  latencies: readonly LatencyBar[],
  medianMs: number | null,
  texts: StatisticsTexts,
  width: number,
): PlotOptions {
  // A logarithmic axis has no zero: the first bucket is drawn as wide as the others.
  const bars = latencies.map(({ from, to, count }) => ({ from: Math.max(from, Math.SQRT1_2), to, count, title: from }));
  const [first, last] = [bars[0]?.from ?? 1, bars.at(-1)?.to ?? 2];
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return {
    height: HEIGHT,
    marginLeft: 40,
    marginRight: 24,
    x: { type: 'log', domain: [first, last], label: null },
    y: { domain: [0, most], nice: true, label: null },
    marks: [
      axisX({ ticks: decades(first, last, width), tickFormat: duration, tickSize: 3, label: null }),
      axisY({ ticks: Math.min(4, most), tickFormat: wholeNumber, tickSize: 0 }),
      rectY(bars, {
        x1: 'from',
        x2: 'to',
        y: 'count',
        fill: 'var(--accepted)',
        stroke: 'var(--outline)',
        title: ({ title, to, count }) => `${fill(texts.between, duration(title), duration(to))}: ${number(count)}`,
      }),
      ruleY([0], { stroke: 'var(--axis)' }),
      ...(medianMs === null
        ? []
        : [ruleX([Math.max(first, medianMs)], { stroke: 'var(--mark)', strokeDasharray: '4 3', strokeWidth: 2 })]),
    ],
  };
}

/** Suggestions are not counted in halves. */
function wholeNumber(value: number): string {
  return Number.isInteger(value) ? number(value) : '';
}

/** 1, 2 and 5 of each power of ten within the bounds, as many as find place. */
function decades(first: number, last: number, width: number): number[] {
  const all = [0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
  const within = all.filter((ms) => ms >= first && ms <= last);
  const places = Math.max(1, Math.floor(width / LABEL_WIDTH));
  return within.length <= places ? within : within.filter((ms) => Number.isInteger(Math.log10(ms)));
}
