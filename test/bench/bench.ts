/**
 * `npm run bench [-- --quick] [--rounds N] [--only contexts,lookup,…] [--threads 1,2] [--out FILE]`: Paddock and its peers side by side on
 * the same weights, written as tables.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../support/modelFolder.ts';
import { ofFolder, random110M } from './models.ts';
import { report, type Section } from './report.ts';
import { codeContexts, randomContexts } from './sections/contexts.ts';
import { details } from './sections/details.ts';
import { lookUp } from './sections/lookUp.ts';
import { webAssembly } from './sections/webAssembly.ts';
import type { Setting } from './setting.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const SECTIONS: Readonly<Record<string, (setting: Setting) => Promise<Section>>> = {
  contexts: randomContexts,
  code: codeContexts,
  lookup: lookUp,
  wasm: webAssembly,
  details,
};

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: Object.keys(SECTIONS).join() },
    threads: { type: 'string' },
    out: { type: 'string', default: here('./RESULTS.md') },
  },
});

const folder = await temporaryFolder();
try {
  process.stderr.write('Writing the models…\n');
  const setting: Setting = {
    quick: options.quick,
    rounds: Number(options.rounds ?? (options.quick ? 1 : 3)),
    threads: options.threads?.split(',').map(Number) ?? [...new Set([1, Math.min(8, availableParallelism())])],
    random: await random110M(folder.path),
    natural: await ofFolder('the default model', here('../../models/default'), folder.path),
    root: folder.path,
  };
  const sections: Section[] = [];
  for (const name of options.only.split(',')) {
    const section = SECTIONS[name];
    if (!section) throw new Error(`There is no section "${name}"; there are ${Object.keys(SECTIONS).join(', ')}.`);
    sections.push(await section(setting));
  }
  const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
  const text = await report(command, sections);
  await writeFile(options.out, text);
  process.stdout.write(`${text}\nWritten to ${options.out}.\n`);
} finally {
  await folder.remove();
}
