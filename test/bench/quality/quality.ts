/**
 * `npm run bench:quality -- FOLDER… [--model PATH] [--lines N] [--stretches N] [--files N] [--seed N] [--threads N] [--out FILE]
 * [--records FILE]`: lines of repositories completed at random places, and stretches typed, by what the engine is told. Choose repositories that the model has never seen. What a
 * run has put into a file of records is not measured again by the next one with the same options.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from '../../../engine/host/engine.ts';
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

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: fileURLToPath(new URL('../../../models/default', import.meta.url)) },
    lines: { type: 'string', default: '200' },
    stretches: { type: 'string', default: '4' },
    files: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    records: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('./RESULTS.md', import.meta.url)) },
  },
});
if (folders.length === 0) throw new Error('Name one or more folders of source code.');

const engine = new Engine();
try {
  const { model: path, seed, lines, stretches, files, records: file } = options;
  const records = await Records.open(file, { path, seed, lines, stretches, files, stages: STAGES });
  await engine.open({ role: 'completion', path, device: 'cpu', threads: Number(options.threads), window: 4096 });
  const rows: Row[] = [];
  const behindWords: (readonly Score[])[] = [];
  let text = '';
  for (const folder of folders) {
    const split = splitRepository(folder, Number(files), Number(seed));
    process.stderr.write(`${split.name}: ${split.asked.length} files, ${split.others.length} for the memory\n`);
    const numbers = { lines: Number(lines), stretches: Number(stretches), seed: Number(seed) };
    const measure = () => runStages(engine, split, STAGES, numbers);
    const scores = records.get(split.name) ?? (await measure());
    await records.set(split.name, scores);
    rows.push({ name: split.name, scores: scores.all, sessions: scores.sessions });
    behindWords.push(scores.behindWords);
    // What is there is not lost when the rest takes too long.
    text = tables(rows, behindWords);
    await writeFile(options.out, text);
  }
  process.stdout.write(`${text}\nWritten to ${options.out}.\n`);
} finally {
  await engine.close();
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

/** The sums of each stage. */
function totals(rows: readonly (readonly Score[])[]): Score[] {
  return STAGES.map((_, at) => rows.reduce((total, scores) => sum(total, scores[at] ?? NOTHING), NOTHING));
}
