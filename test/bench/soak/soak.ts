/**
 * `npm run bench:soak -- FOLDER…`: a long session at the keyboard, with the real completer and the real engine process, over files of these
 * folders. Ends with exit code 1 if a rule is violated.
 *
 * Memory is measured every 25 keys in both processes: what is alive after a garbage collection, and the resident set before and after it.
 * What is alive and what is resident after the collection must not grow permanently by more than 5 % after the warm-up, which takes two
 * fifths of the keys and at least 2 000. Measurements while the workspace memory is entered again, after the model was reopened or forgot it,
 * are reported but not compared; of the others 110 are needed, which takes 2 750 keys or more. What comes and goes is reported in tenths of
 * the session. The host is the process that runs this: completer, supervisor, the simulated person's files and all.
 */
import { run } from '../../../engine/host/commands/run.ts';
import { count, position } from '../../../engine/host/commands/values.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand, folders } from '../commandLine.ts';
import { soakTable, violations } from './report.ts';
import { soak } from './run.ts';

interface Options {
  readonly keys: number;
  readonly model: string;
  readonly window: number;
  readonly seed: number;
}

async function session(worked: readonly string[], options: Options): Promise<void> {
  const soaked = await soak({
    folders: worked,
    ...options,
    onProgress: (done) => {
      if (done % 500 === 0) process.stderr.write(`${done} keys\n`);
    },
  });
  process.stdout.write(soakTable(soaked));
  const wrong = violations(soaked);
  for (const line of wrong.slice(0, 20)) process.stderr.write(`${line}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

const command = benchCommand(
  'bench:soak',
  'a long session at the keys, in which nothing may go wrong; exit code 1 where something does',
)
  .argument('<folders...>', 'folders of source code to work on', folders)
  .option('--keys <count>', 'keys pressed; memory is judged from 2 750 on, or some more', position, 10_000)
  .option('--model <path>', 'model', defaultModel)
  .option('--window <tokens>', 'its window', position, 1024)
  .option('--seed <number>', 'the same seed presses the same keys', count, 1)
  .action(session);
await run(command, 'bench:soak');
