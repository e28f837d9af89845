/** `npm run bench`: Paddock and its peers side by side on the same weights, written as tables. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option } from 'commander';
import { run } from '../../engine/host/commands/run.ts';
import { position } from '../../engine/host/commands/values.ts';
import { defaultModel } from '../support/defaultModel.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { benchCommand } from './commandLine.ts';
import { ofFolder, random110M, random1500M } from './models.ts';
import { report, type Section } from './report.ts';
import { codeContexts, largeContexts, randomContexts } from './sections/contexts.ts';
import { details } from './sections/details.ts';
import { lookUp } from './sections/lookUp.ts';
import { webAssembly } from './sections/webAssembly.ts';
import type { Setting } from './setting.ts';

type Measurer = (setting: Setting) => Promise<Section>;

const SECTIONS: Readonly<Record<string, Measurer>> = {
  contexts: randomContexts,
  code: codeContexts,
  large: largeContexts,
  lookup: lookUp,
  wasm: webAssembly,
  details,
};

interface Options {
  readonly quick?: boolean;
  readonly rounds?: number;
  readonly only: readonly Measurer[];
  readonly threads: readonly number[];
  readonly out: string;
}

async function measure({ quick = false, rounds = quick ? 1 : 3, only, threads, out }: Options): Promise<void> {
  const folder = await temporaryFolder();
  try {
    process.stderr.write('Writing the models…\n');
    const setting: Setting = {
      quick,
      rounds,
      threads,
      random: await random110M(folder.path),
      natural: await ofFolder('the default model', defaultModel, folder.path),
      large: await random1500M(folder.path),
      root: folder.path,
    };
    const sections: Section[] = [];
    for (const measureSection of only) sections.push(await measureSection(setting));
    const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
    const text = await report(command, sections);
    await writeFile(out, text);
    process.stdout.write(`${text}\nWritten to ${out}.\n`);
  } finally {
    await folder.remove();
  }
}

/** The sections of these names, separated by commas. */
function sectionsOf(text: string): Measurer[] {
  return text.split(',').map((name) => {
    const found = SECTIONS[name];
    if (!found) throw new InvalidArgumentError(`There is no section "${name}"; there are ${Object.keys(SECTIONS).join(', ')}.`);
    return found;
  });
}

const threads = [...new Set([1, Math.min(8, availableParallelism())])];
const command = benchCommand('bench', 'Paddock and its peers side by side on the same weights, written as tables')
  .option('--quick', 'fewer figures, one round')
  .option('--rounds <count>', 'rounds; medians are told (default: 3, or 1 with --quick)', position)
  .addOption(
    new Option('--only <sections>', `some of ${Object.keys(SECTIONS).join(', ')}, separated by commas`)
      .argParser(sectionsOf)
      .default(Object.values(SECTIONS), 'all'),
  )
  .addOption(
    new Option('--threads <counts>', 'numbers of threads to compare, separated by commas')
      .argParser((text) => text.split(',').map(position))
      .default(threads, threads.join()),
  )
  .option('--out <file>', 'where the tables go', fileURLToPath(new URL('./RESULTS.md', import.meta.url)))
  .action(measure);
await run(command, 'bench');
