/**
 * `npm run bench:soak -- FOLDER… [--keys N] [--model PATH] [--window N] [--seed N]`: a long session at the keys, with the real completer and
 * the real engine process, over files of these folders. Ends with exit code 1 where something does what it must not.
 *
 * Memory is looked at every 25 keys, in both processes: what is alive after a garbage collection, and the resident set before and after it.
 * What is alive and what is resident after the collection must not grow for good by more than 5 % over all that comes after the warm-up: two
 * fifths of the keys, 2 000 at least. So it takes 2 750 keys to say anything of memory. What comes and goes is told in tenths of the session.
 * The host is the process which runs this, completer, supervisor, the typist's files and all.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { soakTable, violations } from './report.ts';
import { soak } from './run.ts';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    keys: { type: 'string', default: '10000' },
    model: { type: 'string', default: fileURLToPath(new URL('../../../models/default', import.meta.url)) },
    window: { type: 'string', default: '1024' },
    seed: { type: 'string', default: '1' },
  },
});
if (folders.length === 0) throw new Error('Name one or more folders of source code.');

const [keys, seed, window] = [options.keys, options.seed, options.window].map(Number) as [number, number, number];
const soaked = await soak({
  ...{ folders, model: options.model, keys, seed, window },
  onProgress: (done) => {
    if (done % 500 === 0) process.stderr.write(`${done} keys\n`);
  },
});
process.stdout.write(soakTable(soaked));
const wrong = violations(soaked);
for (const line of wrong.slice(0, 20)) process.stderr.write(`${line}\n`);
process.exitCode = wrong.length > 0 ? 1 : 0;
