/**
 * `npm run bench:record -- FILE TRACE`: records how a file is edited, for `npm run bench:typing -- --trace TRACE`, until Ctrl+C. Edit it in an
 * editor that saves at every key: in VS Code with `"files.autoSave": "afterDelay"` and `"files.autoSaveDelay": 1`.
 */
import { appendFileSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../../engine/host/commands/run.ts';
import { benchCommand, file } from '../commandLine.ts';
import { editBetween } from './trace.ts';

/** Time after which a file that is being saved is complete, in milliseconds. */
const WRITTEN_MS = 10;

function record(edited: string, trace: string): void {
  let text = readFileSync(edited, 'utf8');
  let last = performance.now();
  writeFileSync(trace, `${JSON.stringify({ path: path.basename(edited), text })}\n`);
  const note = (now: number) => {
    const read = readFileSync(edited, 'utf8');
    const edit = editBetween(text, read, Math.round(now - last));
    if (!edit) return;
    appendFileSync(trace, `${JSON.stringify(edit)}\n`);
    text = read;
    last = now;
  };
  let reading: NodeJS.Timeout | undefined;
  watch(edited, () => {
    const now = performance.now();
    clearTimeout(reading);
    reading = setTimeout(() => note(now), WRITTEN_MS);
  });
  process.stdout.write(`What is done to ${edited} is written to ${trace}.\n`);
}

const command = benchCommand(
  'bench:record',
  'records how a file is edited, for npm run bench:typing -- --trace TRACE, until Ctrl+C',
)
  .argument('<file>', 'the file, edited in an editor that saves at every key', file)
  .argument('<trace>', 'where the recording goes')
  .action(record);
await run(command, 'bench:record');
