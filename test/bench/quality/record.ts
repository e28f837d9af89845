/**
 * `npm run bench:record -- FILE TRACE`: records how a file is edited, for `npm run bench:typing -- --trace TRACE`, until Ctrl+C. Edit it in an
 * editor that saves at every key: in VS Code with `"files.autoSave": "afterDelay"` and `"files.autoSaveDelay": 1`.
 */
import { appendFileSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editBetween } from './trace.ts';

const [file, trace] = process.argv.slice(2);
if (file === undefined || trace === undefined) throw new Error('Name the file that is edited, and one for the recording.');

/** By then a file that is being saved is whole again, in milliseconds. */
const WRITTEN_MS = 10;

let text = readFileSync(file, 'utf8');
let last = performance.now();
writeFileSync(trace, `${JSON.stringify({ path: path.basename(file), text })}\n`);
let reading: NodeJS.Timeout | undefined;
watch(file, () => {
  const now = performance.now();
  clearTimeout(reading);
  reading = setTimeout(() => note(now), WRITTEN_MS);
});
process.stdout.write(`What is done to ${file} is written to ${trace}.\n`);

function note(now: number): void {
  const read = readFileSync(file as string, 'utf8');
  const edit = editBetween(text, read, Math.round(now - last));
  if (!edit) return;
  appendFileSync(trace as string, `${JSON.stringify(edit)}\n`);
  text = read;
  last = now;
}
