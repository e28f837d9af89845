/**
 * `npm run bench:chat`: how long it takes to open a long conversation, and how long frames take while an answer is streamed into it. Ends
 * with exit code 1 if a bound is missed.
 */
import { writeFile } from 'node:fs/promises';
import { run } from '../../../engine/host/commands/run.ts';
import { position } from '../../../engine/host/commands/values.ts';
import { benchCommand } from '../commandLine.ts';
import { chatTable, missed } from './report.ts';
import { stored } from './stored.ts';
import { traced } from './traced.ts';

interface Options {
  readonly messages: number;
  readonly times: number;
  readonly seconds: number;
  readonly rate: number;
  readonly write?: true;
}

async function conversation({ messages, times, seconds, rate, write }: Options): Promise<void> {
  const read = await stored(messages, times);
  const measured = { messages, rate, read, ...(await traced(messages, times, seconds, rate)) };
  const table = chatTable(measured);
  process.stdout.write(table);
  if (write) await writeFile(new URL('RESULTS.md', import.meta.url), table);
  for (const line of missed(measured)) {
    process.stderr.write(`${line}\n`);
    process.exitCode = 1;
  }
}

const command = benchCommand(
  'bench:chat',
  'a long conversation is opened, and an answer written below it; exit code 1 where a bound is missed',
)
  .option('--messages <count>', 'messages of the conversation', position, 10_000)
  .option('--times <count>', 'how often it is opened', position, 5)
  .option('--seconds <count>', 'how long the answer is written', position, 20)
  .option('--rate <count>', 'tokens a second', position, 200)
  .option('--write', 'write test/bench/chat/RESULTS.md')
  .action(conversation);
await run(command, 'bench:chat');
