import { areaY, axisX, axisY, dot, line, type PlotOptions, ruleX, ruleY } from '@observablehq/plot';
import type { ContextTexts, ShownMeasurement, ShownRetention } from '../protocol/context.ts';
import { number, share } from '../shared/format.ts';
import { nats } from './format.ts';
import { scalingName } from './words.ts';

const HEIGHT = 260;
/** Width that the label of a length takes, in CSS pixels. */
const LABEL_WIDTH = 56;
/** Several intervals may lie over each other. */
const BAND_OPACITY = 0.18;

/** The variable that holds the colour of a curve. */
export const colorOf = (curve: number): string => `var(--curve-${curve % 7})`;

/** Shapes differ as well as colours, for people who do not see the latter. */
export const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

/** What was measured of a curve. */
const shapeOf = (curve: number) => ({
  ...{ stroke: colorOf(curve), fill: 'var(--outline)', strokeWidth: 1.5, r: 3.5 },
  symbol: SYMBOLS[curve % SYMBOLS.length] ?? 'circle',
});

/** Axes with their names in the middle below, and above on the left. */
const axes = (ticks: readonly number[], xLabel: string, yFormat: (value: number) => string, yLabel: string) => [
  axisX({ ticks, tickFormat: number, tickSize: 3, label: xLabel, labelAnchor: 'center', labelArrow: 'none' }),
  axisY({ ticks: 5, tickFormat: yFormat, tickSize: 0, label: yLabel, labelArrow: 'none' }),
];

/** Loss over context: what was measured, the fitted laws with their intervals, and the published ones for comparison. */
export function lossPlot(measurement: ShownMeasurement, trained: number, texts: ContextTexts, width: number): PlotOptions {
  const { curves, references, window } = measurement;
  const losses = curves.flatMap(({ points }) => points.map(({ loss }) => loss));
  const contexts = curves.flatMap(({ points }) => points.map(({ context }) => context));
  const [from, to] = [Math.min(...contexts), Math.max(window, ...contexts)];
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const margin = Math.max(0.05, 0.08 * (high - low));
  return {
    ...frame(width),
    x: { type: 'log', base: 2, domain: [from, to], label: null },
    y: { domain: [Math.max(0, low - margin), high + margin], clamp: false, label: null },
    marks: [
      ...axes(powers(from, to, width), texts.contextAxis, nats, texts.lossAxis),
      ruleY([Math.max(0, low - margin)], { stroke: 'var(--axis)' }),
      ...(trained > from && trained < to ? [ruleX([trained], { stroke: 'var(--mark)', strokeDasharray: '2 3' })] : []),
      ...references.map(({ points }) =>
        line(
          points.filter(({ loss }) => loss <= high + margin),
          { x: 'context', y: 'loss', stroke: 'var(--reference)', strokeDasharray: '5 4', strokeWidth: 1 },
        ),
      ),
      ...curves.flatMap(({ law }, i) =>
        law
          ? [areaY(law.points, { x: 'context', y1: 'low', y2: 'high', fill: colorOf(i), fillOpacity: BAND_OPACITY, clip: true })]
          : [],
      ),
      ...curves.flatMap(({ points, law }, i) => [
        ...(law ? [line(law.points, { x: 'context', y: 'loss', stroke: colorOf(i), strokeWidth: 2, clip: true })] : []),
        dot(points, {
          ...{ x: 'context', y: 'loss', ...shapeOf(i) },
          title: ({ context, loss }) =>
            `${scalingName(curves[i] ?? { scaling: 'own', value: 1 }, texts)}, ${number(context)}: ${nats(loss)}`,
        }),
      ]),
    ],
  };
}

/** How well a line is found again, by length; dashed: how well it is guessed when it was absent. */
export function retrievalPlot({ curves }: ShownMeasurement, texts: ContextTexts, width: number): PlotOptions {
  const lengths = curves.flatMap(({ retrieval }) => retrieval.flatMap(({ length }) => length ?? []));
  const [from, to] = [Math.min(...lengths) / Math.SQRT2, Math.max(...lengths) * Math.SQRT2];
  return {
    ...frame(width),
    x: { type: 'log', base: 2, domain: [from, to], label: null },
    y: { domain: [0, 1], label: null },
    marks: [
      ...axes(powers(from, to, width), texts.lengthAxis, share, texts.scoreAxis),
      ruleY([0], { stroke: 'var(--axis)' }),
      ...curves.flatMap(({ retrieval }, i) => {
        const found = retrieval.filter(({ length }) => length !== null);
        const guessed = retrieval.filter(({ length }) => length === null).map(({ score }) => score);
        return [
          ruleY(guessed, { stroke: colorOf(i), strokeDasharray: '5 4' }),
          line(found, { x: 'length', y: 'score', stroke: colorOf(i), strokeWidth: 2 }),
          dot(found, {
            ...{ x: 'length', y: 'score', ...shapeOf(i) },
            title: ({ length, score }) => `${number(length)}: ${share(score)}`,
          }),
        ];
      }),
    ],
  };
}

/** The part of the answers that keep to an instruction, by turn: said once, and pinned. */
export function retentionPlot(turns: ShownRetention['turns'], texts: ContextTexts, width: number): PlotOptions {
  const evenTurns = turns.map(({ turn }) => turn).filter((turn) => turn % 2 === 0);
  const last = Math.max(2, ...turns.map(({ turn }) => turn));
  const lines = [
    { name: texts.saidOnce, points: turns.flatMap(({ turn, said }) => (said === null ? [] : { turn, kept: said })) },
    { name: texts.pinned, points: turns.flatMap(({ turn, pinned }) => (pinned === null ? [] : { turn, kept: pinned })) },
  ];
  return {
    ...frame(width),
    x: { domain: [1, last], label: null },
    y: { domain: [0, 1], label: null },
    marks: [
      ...axes(evenTurns, texts.turnAxis, share, texts.keptAxis),
      ruleY([0], { stroke: 'var(--axis)' }),
      ...lines.flatMap(({ name, points }, i) => [
        line(points, { x: 'turn', y: 'kept', stroke: colorOf(i), strokeWidth: 2 }),
        dot(points, {
          ...{ x: 'turn', y: 'kept', ...shapeOf(i) },
          title: ({ turn, kept }) => `${name}, ${number(turn)}: ${share(kept)}`,
        }),
      ]),
    ],
  };
}

function frame(width: number): PlotOptions {
  return { height: HEIGHT, marginLeft: 46, marginRight: 20, marginTop: 26, marginBottom: 40, width };
}

/** Powers of two within the bounds, as many as find place. */
function powers(from: number, to: number, width: number): number[] {
  const all = Array.from({ length: 24 }, (_, power) => 2 ** power).filter((value) => value >= from && value <= to);
  const every = Math.max(1, Math.ceil((all.length * LABEL_WIDTH) / width));
  // Counted from the largest, which says how far was measured.
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}
