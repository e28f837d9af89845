import { areaY, axisX, axisY, dot, line, type Markish, type PlotOptions, rect, ruleX, ruleY, text } from '@observablehq/plot';
import type { AuditTexts, ListedAudit, References, ShownSweep } from '../protocol/audit.ts';
import { share } from '../shared/format.ts';
import { END, placeOf, rateAt } from './dial.ts';
import { percent, probability, shortName } from './words.ts';

const HEIGHT = 280;
/** Width in CSS pixels below which only a few thresholds are labelled. */
const NARROW = 420;

export const colorOf = (curve: number): string => `var(--curve-${curve % 7})`;

/** Line styles differ as well as colours, for people who do not see the latter. */
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '4 4', '12 4', '1 2'] as const;

const dashOf = (i: number) => DASHES[i % DASHES.length] ?? 'none';

/** The same beside a name. */
export const LINES = ['━━', '╍╍', '┅┅', '━╍', '┅╍', '━┅', '┈┈'] as const;

/** The errors over the whole dial, by set, with intervals and published figures. */
export function dialPlot(
  { sets, threshold, targetThreshold }: ShownSweep,
  { llama2, xstestWithPrompt, xstestWithoutPrompt }: References,
  texts: AuditTexts,
  width: number,
): PlotOptions {
  const [low = 0, high = 0] = llama2;
  const ticks = width < NARROW ? [0.01, 0.1, 0.5, 0.9, 0.99] : [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999];
  const curves = sets.map(({ points }) =>
    points.map((point) => ({ ...point, place: placeOf(point.threshold), value: point.value ?? 0 })),
  );
  return {
    ...frame(width),
    x: { domain: [-END, END], label: null },
    y: { domain: [0, 1], label: null },
    marks: [
      rect([{ low, high }], { x1: -END, x2: END, y1: 'low', y2: 'high', fill: 'var(--reference)', fillOpacity: 0.25 }),
      ruleY([xstestWithPrompt], { stroke: 'var(--reference)', strokeDasharray: '5 4' }),
      ruleY([xstestWithoutPrompt], { stroke: 'var(--reference)', strokeDasharray: '1 3' }),
      axisX({
        ...{ ticks: ticks.map(placeOf), tickFormat: (_: number, i: number) => percent(ticks[i] ?? null), tickSize: 3 },
        ...{ label: texts.thresholdAxis, labelAnchor: 'center', labelArrow: 'none' },
      }),
      axisY({ ticks: 5, tickFormat: share, tickSize: 0, label: texts.wrongAxis, labelArrow: 'none' }),
      ruleY([0], { stroke: 'var(--axis)' }),
      ...curves.map((points, i) =>
        areaY(points, { x: 'place', y1: 'low', y2: 'high', curve: 'step-after', fill: colorOf(i), fillOpacity: 0.15 }),
      ),
      ...curves.map((points, i) =>
        line(points, {
          ...{ x: 'place', y: 'value', curve: 'step-after' },
          ...{ stroke: colorOf(i), strokeWidth: 2, strokeDasharray: dashOf(i) },
        }),
      ),
      ruleX([placeOf(targetThreshold)], { stroke: 'var(--mark)', strokeDasharray: '2 3' }),
      ...marked(sets, threshold),
      dot(
        sets.map(({ set, atTarget }, i) => ({ set, value: atTarget.value ?? 0, i })),
        {
          ...{ x: placeOf(targetThreshold), y: 'value', stroke: ({ i }: { i: number }) => colorOf(i) },
          ...{ fill: 'var(--outline)', strokeWidth: 1.5, r: 3.5 },
          title: ({ set, value }: { set: string; value: number }) => `${shortName(set, texts)}: ${percent(value)}`,
        },
      ),
    ],
    color: { type: 'identity' },
  };
}

/** The threshold at which requests are shown: a line, its number, and where it crosses the curves. */
function marked(sets: ShownSweep['sets'], threshold: number): Markish[] {
  const x = placeOf(threshold);
  const isLeft = x < 0;
  return [
    ruleX([x], { stroke: 'var(--here)', strokeWidth: 1.5 }),
    dot(
      sets.map(({ points }, i) => ({ value: rateAt(points, threshold).value ?? 0, i })),
      { x, y: 'value', r: 4, fill: ({ i }: { i: number }) => colorOf(i), stroke: 'var(--outline)' },
    ),
    text([probability(threshold)], {
      ...{ x, y: 1, dx: isLeft ? 6 : -6, dy: 7, textAnchor: isLeft ? 'start' : 'end' },
      ...{ fill: 'var(--here)', stroke: 'var(--outline)', strokeWidth: 4, fontWeight: 600 },
    }),
  ];
}

/** The dials of several audits: missed refusals over false ones. */
export function dialsPlot(audits: readonly ListedAudit[], texts: AuditTexts, width: number): PlotOptions {
  return {
    ...frame(width),
    x: { domain: [0, 1], label: null },
    y: { domain: [0, 1], label: null },
    color: { type: 'identity' },
    marks: [
      axisX({
        ...{ ticks: 5, tickFormat: share, tickSize: 3, label: texts.falseAxis },
        ...{ labelAnchor: 'center', labelArrow: 'none' },
      }),
      axisY({ ticks: 5, tickFormat: share, tickSize: 0, label: texts.missedAxis, labelArrow: 'none' }),
      ruleY([0], { stroke: 'var(--axis)' }),
      ruleX([0], { stroke: 'var(--axis)' }),
      ...audits.flatMap(({ curve, falseRefusals, missedRefusals, model, when }, i) => [
        line(curve, {
          ...{ x: 'falseRefusals', y: 'missedRefusals' },
          ...{ stroke: colorOf(i), strokeWidth: 2, strokeDasharray: dashOf(i) },
        }),
        dot([{ x: falseRefusals.value ?? 0, y: missedRefusals.value ?? 0 }], {
          ...{ x: 'x', y: 'y', stroke: colorOf(i), fill: 'var(--outline)', strokeWidth: 1.5, r: 3.5 },
          title: ({ x, y }: { x: number; y: number }) => `${model}, ${when}: ${percent(x)}, ${percent(y)}`,
        }),
      ]),
    ],
  };
}

function frame(width: number): PlotOptions {
  return { height: HEIGHT, marginLeft: 46, marginRight: 20, marginTop: 26, marginBottom: 40, width };
}
