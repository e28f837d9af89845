import { CONSTRAINTS } from '../../chat/constraints.ts';
import { type RetentionRow, retention } from '../../generate/retention.ts';
import { type Retention, retentionByTurn } from '../../measure/retention.ts';
import { print, type RunOptions } from './common.ts';
import { gathering } from './gathering.ts';
import { checkOutput, writeOutput } from './output.ts';
import { scalingNamed } from './scalings.ts';

export interface RetentionCommandOptions extends RunOptions {
  readonly turns: number;
  readonly scaling?: string;
  readonly instruction?: string;
  readonly csv?: string;
}

/** Turns that are printed, as in Touvron et al. 2023, table 30. */
const TOLD = [2, 4, 6, 20];

/** `paddock retention`: how long the model keeps to an instruction, with pinning and without. */
export async function retentionOf(options: RetentionCommandOptions): Promise<void> {
  if (options.csv !== undefined) await checkOutput(options.csv);
  const result = await gathering(options, async ({ opened: { model, info } }, take) => {
    const window = options.window > 0 ? options.window : model.window;
    const { scaling } = scalingNamed(options.scaling ?? 'own', model.config);
    const rows: Omit<RetentionRow, 'fraction'>[] = [];
    const { turns, instruction: text } = options;
    const tested = { use: { window, ...(scaling && { scaling }) }, turns, ...(text !== undefined && { text }) };
    const start = (signal: AbortSignal) => retention(model, { ...tested, name: info.name, signal });
    const total = 2 * CONSTRAINTS.length * turns;
    await take(start, total, ({ fraction: _, ...row }) => rows.push(row));
    return { model: info.name, window, turns: retentionByTurn(rows), answers: rows };
  });
  print(result, options.json, ({ turns }) =>
    [
      'turn     said once        pinned   of answers that can be checked',
      ...turns.filter(({ turn }) => TOLD.includes(turn)).map(inWords),
    ].join('\n'),
  );
  if (options.csv !== undefined) await writeOutput(options.csv, csvOf(result.turns));
}

function inWords({ turn, said, pinned, answers }: Retention): string {
  const cell = (part: number | null, of: number) =>
    (part === null ? 'no answer' : `${Math.round(100 * part)}% of ${of}`).padStart(14);
  return `${String(turn).padStart(4)}${cell(said, answers.said)}${cell(pinned, answers.pinned)}`;
}

function csvOf(turns: readonly Retention[]): string {
  const cell = (part: number | null) => part?.toFixed(4) ?? '';
  const lines = turns.map(({ turn, said, pinned }) => `${turn},${cell(said)},${cell(pinned)}`);
  return `turn,said_once,pinned\n${lines.join('\n')}\n`;
}
