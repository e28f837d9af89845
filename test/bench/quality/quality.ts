/**
 * `npm run bench:quality -- FOLDER… [--model PATH] [--lines N] [--files N] [--seed N] [--threads N] [--out FILE] [--records FILE]`:
 * lines of repositories completed at random places, by what the engine is told. Choose repositories that the model has never seen. What a
 * run has put into a file of records is not measured again by the next one with the same options.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from '../../../engine/host/engine.ts';
import { Records } from './records.ts';
import { healingTable, qualityTable, type Row } from './report.ts';
import { splitRepository } from './repository.ts';
import { NOTHING, runStages, type Score, type Stage, sum } from './run.ts';

const STAGES: readonly Stage[] = [
  { name: 'text before the cursor', suffix: false, healing: false, related: false, memory: false, drafts: true },
  { name: '+ text after it', suffix: true, healing: false, related: false, memory: false, drafts: true },
  { name: '+ token healing', suffix: true, healing: true, related: false, memory: false, drafts: true },
  { name: '+ other files', suffix: true, healing: true, related: true, memory: false, drafts: true },
  { name: '+ workspace memory', suffix: true, healing: true, related: true, memory: true, drafts: true },
  { name: 'the same without other files', suffix: true, healing: true, related: false, memory: true, drafts: true },
  { name: 'and without drafts', suffix: true, healing: true, related: false, memory: true, drafts: false },
];

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: fileURLToPath(new URL('../../../models/default', import.meta.url)) },
    lines: { type: 'string', default: '200' },
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
  const { model: path, seed, lines, files, records: file } = options;
  const records = await Records.open(file, { path, seed, lines, files, stages: STAGES });
  await engine.open({ role: 'completion', path, device: 'cpu', threads: Number(options.threads), window: 4096 });
  const rows: Row[] = [];
  const behindWords: (readonly Score[])[] = [];
  let text = '';
  for (const folder of folders) {
    const split = splitRepository(folder, Number(files), Number(seed));
    process.stderr.write(`${split.name}: ${split.asked.length} files, ${split.others.length} for the memory\n`);
    const measure = () => runStages(engine, split, STAGES, { lines: Number(lines), seed: Number(seed) });
    const scores = records.get(split.name) ?? (await measure());
    await records.set(split.name, scores);
    rows.push({ name: split.name, scores: scores.all });
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
  const sections = [
    qualityTable(STAGES, [...rows, { name: 'all', scores: all }]),
    healingTable(STAGES, all, totals(behindWords)),
  ];
  return sections.join('\n');
}

/** The sums of each stage. */
function totals(rows: readonly (readonly Score[])[]): Score[] {
  return STAGES.map((_, at) => rows.reduce((total, scores) => sum(total, scores[at] ?? NOTHING), NOTHING));
}
