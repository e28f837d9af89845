/**
 * `npm run bench:show -- FOLDER… --on FOLDER [--on FOLDER…]`: which suggestions are worth showing. The weights of
 * extension/completion/showFilter.ts are fitted on the first repositories and tried on those of `--on`. Choose repositories that the model has
 * never seen.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../engine/host/commands/run.ts';
import { count, position } from '../../../engine/host/commands/values.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { Calibration } from '../../../extension/completion/calibration.ts';
import { logOdds } from '../../../extension/completion/showFilter.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand, folders } from '../commandLine.ts';
import { splitRepository } from './repository.ts';
import { fitWeights, type Judged, judge, type Weights } from './showFit.ts';
import { recordOutcomes, type ShowOutcome } from './showOutcomes.ts';
import { showReport } from './showReport.ts';

interface Options {
  readonly on: readonly string[];
  readonly model: string;
  readonly lines: number;
  readonly files: number;
  readonly seed: number;
  readonly threads: number;
  readonly records?: string;
  readonly out: string;
}

/** Models whose log-odds differ by this much from those that the weights were fitted on. */
const OTHER_MODELS = [
  ['one that is too sure of itself, by 1 in log-odds', 1],
  ['one that is not sure enough, by 1', -1],
] as const;

async function measure(fitted: readonly string[], options: Options): Promise<void> {
  const { model: path, threads, out } = options;
  const engine = new Engine();
  try {
    await engine.open({ role: 'completion', path, device: 'cpu', threads, window: 4096 });
    const seen = await record(engine, fitted, options);
    const weights = fitWeights(seen);
    const unseen = await record(engine, options.on, options);
    const text = showReport({
      weights,
      fitted: judge(seen, weights),
      held: judge(unseen, weights),
      learned: learnAlong(unseen, weights),
      others: OTHER_MODELS.map(([name, offset]) => {
        const other: Weights = [weights[0] + offset, weights[1]];
        return { name, held: judge(unseen, other), learned: learnAlong(unseen, other) };
      }),
    });
    await writeFile(out, text);
    const constants = weights.map((weight) => weight.toFixed(2)).join(', ');
    process.stdout.write(`${text}\nWEIGHTS of showFilter.ts: [${constants}]. Written to ${out}.\n`);
  } finally {
    await engine.close();
  }
}

/** Outcomes of the suggestions in these repositories: recorded ones, or new ones from completing their files. */
async function record(engine: Engine, those: readonly string[], options: Options): Promise<ShowOutcome[]> {
  const { records, lines, files, seed } = options;
  const recorded = new Map<string, ShowOutcome[]>(
    records !== undefined && existsSync(records) ? JSON.parse(await readFile(records, 'utf8')) : [],
  );
  const outcomes: ShowOutcome[] = [];
  for (const folder of those) {
    const name = path.basename(folder);
    const found = recorded.get(name) ?? (await recordOutcomes(engine, splitRepository(folder, files, seed), { lines, seed }));
    process.stderr.write(`${name}: ${found.length} suggestions\n`);
    outcomes.push(...found);
    recorded.set(name, found);
    if (records !== undefined) await writeFile(records, JSON.stringify([...recorded]));
  }
  return outcomes;
}

/** The outcomes in the order of someone who types these repositories one after the other. */
function learnAlong(outcomes: readonly ShowOutcome[], weights: Weights): Judged[] {
  const calibration = new Calibration();
  return outcomes.map((outcome) => {
    const probability = calibration.probability(logOdds(outcome, weights));
    calibration.learn(probability, outcome.kept);
    return { ...outcome, probability };
  });
}

const command = benchCommand('bench:show', 'which suggestions are worth showing: fitted on folders, tried on others')
  .argument('<folders...>', 'repositories to fit on, which the model has never seen', folders)
  .requiredOption('--on <folder>', 'a repository to try the result on; may be given several times', folders)
  .option('--model <path>', 'model', defaultModel)
  .option('--lines <count>', 'lines to complete in each repository', position, 400)
  .option('--files <count>', 'files of each that are completed; the others are for the memory', position, 20)
  .option('--seed <number>', 'the same seed chooses the same places', count, 5)
  .option('--threads <count>', 'threads of one run', position, 2)
  .option('--records <file>', 'where what came of the suggestions is kept, and taken from the next time')
  .option('--out <file>', 'where the tables go', fileURLToPath(new URL('./SHOW.md', import.meta.url)))
  .action(measure);
await run(command, 'bench:show');
