/**
 * `npm run bench:chat [-- --messages N --times N --seconds N --rate N]`: how long a long conversation takes to be there, and how long frames take
 * while an answer is written below it. Writes test/bench/chat/RESULTS.md when `--write` is given, and ends with exit code 1 where a bound is missed.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chatTable, missed } from './report.ts';
import { stored } from './stored.ts';
import { traced } from './traced.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    times: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '200' },
    write: { type: 'boolean', default: false },
  },
});
const [messages, times, seconds, rate] = [values.messages, values.times, values.seconds, values.rate].map(Number) as [
  number,
  number,
  number,
  number,
];

const read = await stored(messages, times);
const measured = { messages, rate, read, ...(await traced(messages, times, seconds, rate)) };
const table = chatTable(measured);
process.stdout.write(table);
if (values.write) await writeFile(new URL('RESULTS.md', import.meta.url), table);
for (const line of missed(measured)) {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
