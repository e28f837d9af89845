import { firstLine, lengthsUpTo, longEnough, questionFrom, type RetrievalRow } from '../../generate/firstLine.ts';
import { groupedBy } from '../../measure/groups.ts';
import { print, type RunOptions } from './common.ts';
import { gathering } from './gathering.ts';
import { readLongTexts } from './longTexts.ts';
import { checkOutput, writeOutput } from './output.ts';
import { scalingNamed } from './scalings.ts';

export interface RetrievalOptions extends RunOptions {
  readonly scaling?: readonly string[];
  readonly texts: number;
  readonly csv?: string;
}

interface Score {
  readonly scaling: string;
  /** Tokens; `null` where the line was not there. */
  readonly length: number | null;
  /** Mean ROUGE-L, 0–1. */
  readonly score: number;
  readonly questions: number;
}

/** `paddock retrieval PATH…`: whether the model finds a line again after so many tokens, by scaling. */
export async function retrieval(paths: readonly string[], options: RetrievalOptions): Promise<void> {
  if (options.csv !== undefined) await checkOutput(options.csv);
  const texts = await readLongTexts(paths);
  const result = await gathering(options, async ({ opened: { model } }, take) => {
    const window = options.window > 0 ? options.window : model.window;
    const scalings = (options.scaling ?? ['own']).map((name) => scalingNamed(name, model.config));
    const lines = texts.flatMap(({ text, comment }) => questionFrom(text, comment) ?? []);
    const questions = longEnough(model, lines, window).slice(0, options.texts);
    const total = questions.length * scalings.length * (lengthsUpTo(window).length + 1);
    const rows: RetrievalRow[] = [];
    const start = (signal: AbortSignal) => firstLine(model, questions, { window, scalings, signal });
    await take(start, total, (row) => rows.push(row));
    return { window, scores: scoresOf(rows) };
  });
  print(result, options.json, ({ scores }) =>
    scores
      .map(({ scaling, length, score, questions }) => {
        const where = length === null ? 'line not there' : `${length} tokens`;
        return `${scaling.padEnd(14)}${where.padStart(16)}  ROUGE-L ${score.toFixed(3)}  (${questions} questions)`;
      })
      .join('\n'),
  );
  if (options.csv !== undefined) await writeOutput(options.csv, csvOf(result.scores));
}

function csvOf(scores: readonly Score[]): string {
  const lines = scores.map(({ scaling, length, score }) => `${scaling},${length ?? 'not there'},${score.toFixed(4)}`);
  return `scaling,length,rouge_l\n${lines.join('\n')}\n`;
}

function scoresOf(rows: readonly RetrievalRow[]): Score[] {
  const groups = groupedBy(rows, ({ scaling, length }) => `${scaling} ${length ?? ''}`);
  return [...groups.values()].map((group) => {
    const [{ scaling, length }] = group as [RetrievalRow];
    const score = group.reduce((sum, row) => sum + row.score, 0) / group.length;
    return { scaling, length: length ?? null, score, questions: group.length };
  });
}
