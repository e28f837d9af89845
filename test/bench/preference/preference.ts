/**
 * `npm run bench:preference`: what choosing the best of K answers gains on the default model, by temperature, as its own preference heads
 * score it, beside the order statistic of a normal reward; the temperatures in use come from it. Writes RESULTS.md.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../../../engine/host/commands/run.ts';
import { position } from '../../../engine/host/commands/values.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { findPreferencePrior } from '../../../engine/storage/preferencePrior.ts';
import { promptsOf } from '../../../engine/tuning/audit/sets.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand } from '../commandLine.ts';
import { drawAll } from './drawing.ts';
import { report } from './report.ts';

const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url));

async function measure(count: number): Promise<void> {
  const all = promptsOf('ordinary');
  const prompts = Array.from(
    { length: count },
    (_, i) => (all[Math.floor((i * all.length) / count)] as { prompt: string }).prompt,
  );
  const engine = new Engine();
  try {
    await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
    const { heads } = await findPreferencePrior(defaultModel, defaultModel);
    const onDone = (request: number) => process.stderr.write(`${request + 1} of ${count} requests\n`);
    await writeFile(RESULTS, report(await drawAll(engine, heads, prompts, onDone)));
  } finally {
    await engine.close();
  }
}

const command = benchCommand(
  'bench:preference',
  'what the best of K answers gains, by temperature, beside the theory; writes RESULTS.md',
)
  .argument('[requests]', 'how many ordinary requests of the audit are answered', position, 60)
  .action(measure);
await run(command, 'bench:preference');
