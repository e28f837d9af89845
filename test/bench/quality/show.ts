/**
 * `npm run bench:show -- FOLDER… --on FOLDER [--on FOLDER…] [--model PATH] [--lines N] [--files N] [--seed N] [--threads N] [--out FILE]
 * [--records FILE]`: which suggestions are worth showing. The weights of extension/completion/showFilter.ts are fitted on the first
 * repositories and tried on those of `--on`. Choose repositories that the model has never seen. What is recorded of a repository is kept in
 * the file of `--records`, and taken from there the next time.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from '../../../engine/host/engine.ts';
import { Calibration } from '../../../extension/completion/calibration.ts';
import { logOdds } from '../../../extension/completion/showFilter.ts';
import { splitRepository } from './repository.ts';
import { fitWeights, type Judged, judge, type Weights } from './showFit.ts';
import { recordOutcomes, type ShowOutcome } from './showOutcomes.ts';
import { showReport } from './showReport.ts';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    on: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', default: fileURLToPath(new URL('../../../models/default', import.meta.url)) },
    lines: { type: 'string', default: '400' },
    files: { type: 'string', default: '20' },
    seed: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    records: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('./SHOW.md', import.meta.url)) },
  },
});
if (folders.length === 0 || options.on.length === 0) {
  throw new Error('Name folders of source code to fit on, and with --on others to try the result on.');
}

/** Models that the weights do not fit: by how much their log-odds are off. */
const OTHER_MODELS = [
  ['one that is too sure of itself, by 1 in log-odds', 1],
  ['one that is not sure enough, by 1', -1],
] as const;

const { records } = options;
const recorded = new Map<string, ShowOutcome[]>(
  records !== undefined && existsSync(records) ? JSON.parse(await readFile(records, 'utf8')) : [],
);
const engine = new Engine();
try {
  const threads = Number(options.threads);
  await engine.open({ role: 'completion', path: options.model, device: 'cpu', threads, window: 4096 });
  const seen = await record(folders);
  const weights = fitWeights(seen);
  const unseen = await record(options.on);
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
  await writeFile(options.out, text);
  const constants = weights.map((weight) => weight.toFixed(2)).join(', ');
  process.stdout.write(`${text}\nWEIGHTS of showFilter.ts: [${constants}]. Written to ${options.out}.\n`);
} finally {
  await engine.close();
}

async function record(those: readonly string[]): Promise<ShowOutcome[]> {
  const outcomes: ShowOutcome[] = [];
  for (const folder of those) {
    const found = recorded.get(path.basename(folder)) ?? (await recordFolder(folder));
    outcomes.push(...found);
    recorded.set(path.basename(folder), found);
    if (records !== undefined) await writeFile(records, JSON.stringify([...recorded]));
  }
  return outcomes;
}

async function recordFolder(folder: string): Promise<ShowOutcome[]> {
  const split = splitRepository(folder, Number(options.files), Number(options.seed));
  const found = await recordOutcomes(engine, split, { lines: Number(options.lines), seed: Number(options.seed) });
  process.stderr.write(`${split.name}: ${found.length} suggestions\n`);
  return found;
}

/** The outcomes in order, as someone would come upon them who types these repositories one after the other. */
function learnAlong(outcomes: readonly ShowOutcome[], weights: Weights): Judged[] {
  const calibration = new Calibration();
  return outcomes.map((outcome) => {
    const probability = calibration.probability(logOdds(outcome, weights));
    calibration.learn(probability, outcome.kept);
    return { ...outcome, probability };
  });
}
