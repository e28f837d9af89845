/**
 * `npm run bench:record -- FILE TRACE`: records how a file is edited, for `npm run bench:typing -- --trace TRACE`, until Ctrl+C. Edit it in an
 * editor that saves at every key: in VS Code with `"files.autoSave": "afterDelay"` and `"files.autoSaveDelay": 1`.
 */
import { appendFileSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editBetween } from './trace.ts';

const [file, trace] = process.argv.slice(2);
if (file === undefined || trace === undefined) throw new Error('Name the file that is edited, and one for the recording.');

let text = readFileSync(file, 'utf8');
let last = performance.now();
writeFileSync(trace, `${JSON.stringify({ path: path.basename(file), text })}\n`);
watch(file, () => {
  const now = performance.now();
  const read = readFileSync(file, 'utf8');
  // A file that is being written is empty for a moment.
  const edit = read === '' ? undefined : editBetween(text, read, Math.round(now - last));
  if (!edit) return;
  appendFileSync(trace, `${JSON.stringify(edit)}\n`);
  text = read;
  last = now;
});
process.stdout.write(`What is done to ${file} is written to ${trace}.\n`);
