/**
 * `npm run bench:quality -- FOLDER…`: completes lines of repositories at random places, and types stretches, by what the engine is told.
 * Choose repositories that the model has never seen.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../../../engine/host/commands/run.ts';
import { count, position } from '../../../engine/host/commands/values.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand, folders } from '../commandLine.ts';
import { Records } from './records.ts';
import { healingTable, qualityTable, type Row, ratios } from './report.ts';
import { splitRepository } from './repository.ts';
import { NOTHING, runStages, type Score, sum } from './run.ts';
import { NO_SESSION, sumOfSessions } from './session.ts';
import type { Stage } from './stage.ts';

const WHOLE: Stage = {
  ...{ name: 'the same without other files', suffix: true, healing: true, related: false, memory: true },
  ...{ drafts: true, filter: false },
};
const ALONE: Stage = { ...WHOLE, name: 'text before the cursor', suffix: false, healing: false, memory: false };

const STAGES: readonly Stage[] = [
  ALONE,
  { ...ALONE, name: '+ text after it', suffix: true },
  { ...ALONE, name: '+ token healing', suffix: true, healing: true },
  { ...ALONE, name: '+ other files', suffix: true, healing: true, related: true },
  { ...WHOLE, name: '+ workspace memory', related: true },
  WHOLE,
  { ...WHOLE, name: 'and without drafts', drafts: false },
  { ...WHOLE, name: 'with drafts, + show filter', filter: true },
  { ...WHOLE, name: 'without filter and text after it', suffix: false },
];

interface Options {
  readonly model: string;
  readonly lines: number;
  readonly stretches: number;
  readonly files: number;
  readonly seed: number;
  readonly threads: number;
  readonly records?: string;
  readonly out: string;
}

async function measure(repositories: readonly string[], options: Options): Promise<void> {
  const { model: path, seed, lines, stretches, files, threads, records: file, out } = options;
  const records = await Records.open(file, { path, seed, lines, stretches, files, stages: STAGES });
  const engine = new Engine();
  try {
    await engine.open({ role: 'completion', path, device: 'cpu', threads, window: 4096 });
    const rows: Row[] = [];
    const behindWords: (readonly Score[])[] = [];
    let text = '';
    for (const folder of repositories) {
      const split = splitRepository(folder, files, seed);
      process.stderr.write(`${split.name}: ${split.asked.length} files, ${split.others.length} for the memory\n`);
      const scores = records.get(split.name) ?? (await runStages(engine, split, STAGES, { lines, stretches, seed }));
      await records.set(split.name, scores);
      rows.push({ name: split.name, scores: scores.all, sessions: scores.sessions });
      behindWords.push(scores.behindWords);
      // Writes the results so far, in case the rest takes too long.
      text = tables(rows, behindWords);
      await writeFile(out, text);
    }
    process.stdout.write(`${text}\nWritten to ${out}.\n`);
  } finally {
    await engine.close();
  }
}

function tables(rows: readonly Row[], behindWords: readonly (readonly Score[])[]): string {
  const all = totals(rows.map(({ scores }) => scores));
  const sessions = STAGES.map((_, at) =>
    rows.reduce((total, row) => sumOfSessions(total, row.sessions[at] ?? NO_SESSION), NO_SESSION),
  );
  const sections = [
    qualityTable(STAGES, [...rows, { name: 'all', scores: all, sessions }]),
    ratios(STAGES, all),
    healingTable(STAGES, all, totals(behindWords)),
  ];
  return sections.join('\n');
}

/** The sums of each stage over all repositories. */
function totals(rows: readonly (readonly Score[])[]): Score[] {
  return STAGES.map((_, at) => rows.reduce((total, scores) => sum(total, scores[at] ?? NOTHING), NOTHING));
}

const command = benchCommand('bench:quality', 'lines completed exactly, and stretches typed, by what the engine is told')
  .argument('<folders...>', 'repositories that the model has never seen', folders)
  .option('--model <path>', 'model', defaultModel)
  .option('--lines <count>', 'lines to complete in each repository', count, 200)
  .option('--stretches <count>', 'stretches to type in each', count, 4)
  .option('--files <count>', 'files of each that are completed; the others are for the memory', position, 20)
  .option('--seed <number>', 'the same seed chooses the same places', count, 1)
  .option('--threads <count>', 'threads of one run', position, 2)
  .option('--records <file>', 'what is in it is not measured again by a run with the same options')
  .option('--out <file>', 'where the tables go', fileURLToPath(new URL('./RESULTS.md', import.meta.url)))
  .action(measure);
await run(command, 'bench:quality');
