import { axisX, axisY, dot, type PlotOptions, rect, ruleX, ruleY } from '@observablehq/plot';
import type { Corner, PreferencesTexts, ShownPoint } from '../protocol/preferences.ts';

const TALLEST = 360;
/** The undecided middle of both heads. */
const MIDDLE = 0.5;

/** Shapes differ as well as colours, for people who do not see the latter. */
const SYMBOLS: Readonly<Record<Corner, 'circle' | 'triangle' | 'square'>> = {
  agree: 'circle',
  helpfulUnsafe: 'triangle',
  safeUnhelpful: 'square',
};
const COLORS: Readonly<Record<Corner, string>> = {
  agree: 'var(--curve-0)',
  helpfulUnsafe: 'var(--curve-4)',
  safeUnhelpful: 'var(--curve-1)',
};
/** The same beside a name. */
export const MARKS: Readonly<Record<Corner, string>> = { agree: '○', helpfulUnsafe: '△', safeUnhelpful: '□' };

/** R_s over R_h: agreement from the lower left to the upper right, and the two corners beside. */
export function quadrantPlot(
  answers: readonly ShownPoint[],
  unsafeBelow: number,
  texts: PreferencesTexts,
  width: number,
): PlotOptions {
  const corners = [
    { x1: MIDDLE, x2: 1, y1: 0, y2: MIDDLE, fill: COLORS.helpfulUnsafe },
    { x1: 0, x2: MIDDLE, y1: MIDDLE, y2: 1, fill: COLORS.safeUnhelpful },
  ];
  return {
    height: Math.min(TALLEST, width),
    marginLeft: 44,
    marginRight: 12,
    marginTop: 24,
    marginBottom: 50,
    x: { domain: [0, 1], label: null },
    y: { domain: [0, 1], label: null },
    color: { type: 'identity' },
    symbol: { type: 'identity' },
    marks: [
      rect(corners, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'fill', fillOpacity: 0.12 }),
      axisX({ ticks: 5, tickSize: 3, label: texts.helpfulAxis, labelAnchor: 'center', labelArrow: 'none' }),
      axisY({ ticks: 5, tickSize: 0, label: texts.safeAxis, labelArrow: 'none' }),
      ruleY([0], { stroke: 'var(--axis)' }),
      ruleX([0], { stroke: 'var(--axis)' }),
      ruleX([MIDDLE], { stroke: 'var(--axis)', strokeOpacity: 0.4 }),
      ruleY([MIDDLE], { stroke: 'var(--axis)', strokeOpacity: 0.4 }),
      ruleY([unsafeBelow], { stroke: 'var(--axis)', strokeDasharray: '2 3' }),
      dot(answers, {
        ...{ x: 'helpful', y: 'safe', r: 4, strokeWidth: 1.5, fill: 'var(--outline)', fillOpacity: 0.6 },
        symbol: ({ corner }: ShownPoint) => SYMBOLS[corner],
        stroke: ({ corner }: ShownPoint) => COLORS[corner],
        title: ({ text, corner }: ShownPoint) => `${texts[corner]}: ${text}`,
      }),
    ],
  };
}
