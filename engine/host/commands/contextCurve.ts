import { contextCurve, stretchesOf } from '../../generate/contextCurve.ts';
import { bucketsUpTo } from '../../measure/buckets.ts';
import { type FittedLaw, fitPowerLaw, meanOf } from '../../measure/powerLaw.ts';
import { type Recommendation, recommendWindow } from '../../measure/recommendation.ts';
import { median } from '../median.ts';
import { sizeInWords } from '../words.ts';
import { print, type RunOptions } from './common.ts';
import { gathering } from './gathering.ts';
import { readLongTexts } from './longTexts.ts';
import { checkOutput, writeOutput } from './output.ts';
import { scalingNamed } from './scalings.ts';

export interface ContextCurveOptions extends RunOptions {
  readonly scaling?: readonly string[];
  readonly texts: number;
  readonly threshold: number;
  readonly csv?: string;
}

interface Curve {
  readonly scaling: string;
  /** Nats a token by bucket, mean of all stretches. */
  readonly losses: readonly number[];
  readonly fit: Omit<FittedLaw, 'drawn'> | undefined;
  readonly recommendation: Recommendation | undefined;
}

/** `paddock context-curve PATH…`: how the loss falls with the context, by scaling. */
export async function contextCurveOf(paths: readonly string[], options: ContextCurveOptions): Promise<void> {
  if (options.csv !== undefined) await checkOutput(options.csv);
  const texts = await readLongTexts(paths);
  const result = await gathering(options, async ({ opened: { model } }, take) => {
    const window = options.window > 0 ? options.window : model.window;
    const scalings = (options.scaling ?? ['own']).map((name) => scalingNamed(name, model.config));
    const stretches = stretchesOf(
      model,
      texts.map(({ text }) => text),
      window,
      options.texts,
    );
    const rows = new Map(scalings.map(({ name }) => [name, [] as (readonly number[])[]]));
    const durations: number[] = [];
    let last = performance.now();
    const start = (signal: AbortSignal) => contextCurve(model, stretches, { window, scalings, signal });
    await take(start, stretches.length * scalings.length, ({ scaling, losses }) => {
      rows.get(scaling)?.push(losses);
      durations.push(performance.now() - last);
      last = performance.now();
    });
    const msPerToken = median(durations) / window;
    const bytesPerToken = model.runtime.cacheBytesPerToken;
    const { contexts } = bucketsUpTo(window);
    const curves = [...rows].map(([scaling, losses]): Curve => {
      const fitted = fitPowerLaw(contexts, losses);
      const fit = fitted && { law: fitted.law, intervals: fitted.intervals };
      const recommendation = fit && recommendWindow(fit.law, options.threshold, window);
      return { scaling, losses: meanOf(losses), fit, recommendation };
    });
    const measured = Math.max(...[...rows.values()].map(({ length }) => length));
    return { window, stretches: measured, contexts, msPerToken, bytesPerToken, curves };
  });
  const { threshold } = options;
  print(result, options.json, ({ curves, contexts, stretches, ...cost }) =>
    [
      `${stretches} stretches of text`,
      '',
      ...table(contexts, curves),
      '',
      ...curves.flatMap((curve) => inWords(curve, threshold, cost)),
    ].join('\n'),
  );
  if (options.csv !== undefined) await writeOutput(options.csv, csvOf(result.contexts, result.curves));
}

function csvOf(contexts: readonly number[], curves: readonly Curve[]): string {
  const lines = contexts.map((context, i) => [context, ...curves.map(({ losses }) => losses[i]?.toFixed(5))].join(','));
  return `${['context', ...curves.map(({ scaling }) => scaling)].join(',')}\n${lines.join('\n')}\n`;
}

function table(contexts: readonly number[], curves: readonly Curve[]): string[] {
  const line = (cells: readonly string[]) => cells.map((cell) => cell.padStart(12)).join('');
  return [
    line(['context', ...curves.map(({ scaling }) => scaling)]),
    ...contexts.map((context, i) =>
      line([String(Math.round(context)), ...curves.map(({ losses }) => losses[i]?.toFixed(3) ?? '–')]),
    ),
  ];
}

/** What a token of context costs. */
interface Cost {
  /** To read it, with its loss. */
  readonly msPerToken: number;
  /** Of keys and values. */
  readonly bytesPerToken: number;
}

function inWords({ scaling, fit, recommendation }: Curve, threshold: number, cost: Cost): string[] {
  if (!fit || !recommendation) return [`${scaling}: too few texts for a law; two stretches are the least`];
  const { alpha, beta, gamma } = fit.intervals;
  const value = (of: typeof alpha, digits: number) =>
    `${of.value.toFixed(digits)} (${of.low.toFixed(digits)}–${of.high.toFixed(digits)})`;
  const { window, gains, isLimited } = recommendation;
  const gain = gains.find((each) => each.window === window)?.gainOfDoubling ?? 0;
  const gained = `${gain.toFixed(4)} nats a token`;
  const why = isLimited
    ? `the most that was measured; doubling it would still gain ${gained}, ${threshold} or more`
    : `doubling it would gain ${gained}, less than ${threshold}`;
  const indent = ' '.repeat(scaling.length);
  return [
    `${scaling}: L(c) = (α/c)^β + γ with α ${value(alpha, 2)}, β ${value(beta, 2)}, γ ${value(gamma, 3)}; 95% intervals`,
    `${indent}  recommended window: ${window} tokens; ${why}`,
    `${indent}  full, it takes ${Math.round(cost.msPerToken * window)} ms to read and ${sizeInWords(cost.bytesPerToken * window)}`,
  ];
}
