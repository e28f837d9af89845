import { writeFile } from 'node:fs/promises';
import { contextCurve, stretchesOf } from '../../generate/contextCurve.ts';
import { bucketsUpTo } from '../../measure/buckets.ts';
import { type FittedLaw, fitPowerLaw, meanOf } from '../../measure/powerLaw.ts';
import { type Recommendation, recommendWindow } from '../../measure/recommendation.ts';
import { print, type RunOptions, withEngine } from './common.ts';
import { readLongTexts } from './longTexts.ts';
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
  const texts = await readLongTexts(paths);
  const result = await withEngine(options, async ({ opened: { model } }) => {
    const window = options.window > 0 ? options.window : model.window;
    const scalings = (options.scaling ?? ['own']).map((name) => scalingNamed(name, model.config));
    const stretches = stretchesOf(
      model,
      texts.map(({ text }) => text),
      window,
      options.texts,
    );
    const rows = new Map(scalings.map(({ name }) => [name, [] as (readonly number[])[]]));
    let done = 0;
    for await (const { scaling, losses } of contextCurve(model, stretches, { window, scalings })) {
      rows.get(scaling)?.push(losses);
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kpaddock: ${++done} of ${stretches.length * scalings.length}`);
    }
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    const { contexts } = bucketsUpTo(window);
    const curves = [...rows].map(([scaling, losses]): Curve => {
      const fitted = fitPowerLaw(contexts, losses);
      const fit = fitted && { law: fitted.law, intervals: fitted.intervals };
      const recommendation = fit && recommendWindow(fit.law, options.threshold, window);
      return { scaling, losses: meanOf(losses), fit, recommendation };
    });
    return { window, stretches: stretches.length, contexts, curves };
  });
  if (options.csv !== undefined) await writeFile(options.csv, csvOf(result.contexts, result.curves));
  print(result, options.json, ({ curves, contexts, stretches }) =>
    [`${stretches} stretches of text`, '', ...table(contexts, curves), '', ...curves.flatMap(inWords)].join('\n'),
  );
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
      line([String(Math.round(context)), ...curves.map(({ losses }) => (losses[i] as number).toFixed(3))]),
    ),
  ];
}

function inWords({ scaling, fit, recommendation }: Curve): string[] {
  if (!fit || !recommendation) return [`${scaling}: too few texts for a law; two stretches are the least`];
  const { alpha, beta, gamma } = fit.intervals;
  const value = (of: typeof alpha, digits: number) =>
    `${of.value.toFixed(digits)} (${of.low.toFixed(digits)}–${of.high.toFixed(digits)})`;
  const more = recommendation.isLimited ? ', and more would still gain' : '';
  return [
    `${scaling}: L(c) = (α/c)^β + γ with α ${value(alpha, 2)}, β ${value(beta, 2)}, γ ${value(gamma, 3)}; 95 % intervals`,
    `${' '.repeat(scaling.length)}  recommended window: ${recommendation.window} tokens${more}`,
  ];
}
