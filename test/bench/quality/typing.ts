/**
 * `npm run bench:typing -- FOLDER… [--trace FILE…]`: stretches of files typed anew, key by key, by someone who takes what is right of every
 * suggestion. At each key the same prompt goes to a timeline of llama.cpp with the same weights, which reuses what it can of the prompt before
 * and writes one line: those of the default model, or of a GGUF file. Another model's folder is typed with alone. A recording (`npm run
 * bench:record`) is replayed at its own pace.
 */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { run } from '../../../engine/host/commands/run.ts';
import { count, position } from '../../../engine/host/commands/values.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { benchCommand, files, folders } from '../commandLine.ts';
import { ofFolder } from '../models.ts';
import { LlamaCppLines } from './llamaCppLines.ts';
import { seededRandom } from './random.ts';
import { replay } from './replay.ts';
import { splitRepository } from './repository.ts';
import { readTrace } from './trace.ts';
import { type TypingRow, typingTable } from './typingReport.ts';
import { type Key, stretchOf, Typist } from './typist.ts';

interface Options {
  readonly model: string;
  readonly trace?: readonly string[];
  readonly stretches: number;
  readonly characters: number;
  readonly pause: number;
  readonly files: number;
  readonly threads: number;
  readonly seed: number;
  readonly keys?: string;
  readonly out: string;
}

async function measure(repositories: readonly string[], options: Options, command: Command): Promise<void> {
  const { model: path, threads, trace = [] } = options;
  if (repositories.length + trace.length === 0) command.error('error: name folders of source code, or recordings with --trace');
  const temporary = await temporaryFolder();
  const engine = new Engine();
  try {
    const gguf = await ggufOf(path, temporary.path);
    const { name } = await engine.open({ role: 'completion', path, device: 'cpu', threads, window: 0 });
    const peer = gguf === undefined ? undefined : await LlamaCppLines.open(gguf, engine.opened, threads);
    const rows: TypingRow[] = [];
    for (const folder of repositories) {
      const split = splitRepository(folder, options.files, options.seed);
      process.stderr.write(`${split.name}\n`);
      engine.forgetWorkspace();
      await engine.remember({ documents: split.others, gone: [] });
      const next = seededRandom(options.seed);
      const keys: Key[] = [];
      const typist = new Typist(engine, peer, { pauseMs: options.pause, eagerness: 'balanced', lookAhead: true });
      for (let i = 0; i < options.stretches; i++) {
        const file = split.asked[i % split.asked.length];
        const stretch = file && stretchOf(file, options.characters, next);
        if (stretch) keys.push(...(await typist.type(stretch)));
      }
      rows.push({ name: split.name, keys });
    }
    engine.forgetWorkspace();
    for (const file of trace) rows.push({ name: basename(file), keys: await replay(engine, await readTrace(file)) });
    const all = { name: 'all', keys: rows.flatMap(({ keys }) => keys) };
    const text = typingTable(
      [...rows, all],
      `${path === defaultModel ? 'The default model' : name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${options.pause} ms between keys`,
    );
    await writeFile(options.out, text);
    const lines = rows.flatMap(({ name: repository, keys }) => keys.map((key) => `${JSON.stringify({ repository, ...key })}\n`));
    if (options.keys !== undefined) await writeFile(options.keys, lines.join(''));
    process.stdout.write(`${text}\nWritten to ${options.out}.\n`);
    await peer?.close();
  } finally {
    await engine.close();
    await temporary.remove();
  }
}

/** The weights for llama.cpp: the given GGUF file, or the default model converted to one. */
async function ggufOf(model: string, folder: string): Promise<string | undefined> {
  if (model.endsWith('.gguf')) return model;
  if (model !== defaultModel) return undefined;
  return (await ofFolder('the default model', model, folder)).gguf.Q4_0;
}

const command = benchCommand('bench:typing', 'stretches of files typed anew, key by key, beside llama.cpp with the same weights')
  .argument('[folders...]', 'repositories that the model has never seen', folders)
  .option('--trace <file>', 'a recording of npm run bench:record; may be given several times', files)
  .option('--model <path>', 'model: a GGUF file is compared with llama.cpp, as the default model is', defaultModel)
  .option('--stretches <count>', 'stretches to type in each repository', position, 6)
  .option('--characters <count>', 'characters of a stretch', position, 150)
  .option('--pause <ms>', 'time between two keys', count, 120)
  .option('--files <count>', 'files of each that are typed in; the others are for the memory', position, 12)
  .option('--threads <count>', 'threads of one run', position, 1)
  .option('--seed <number>', 'the same seed chooses the same stretches', count, 1)
  .option('--keys <file>', 'where to write what came of each key, one JSON object a line')
  .option('--out <file>', 'where the tables go', fileURLToPath(new URL('./TYPING.md', import.meta.url)))
  .action(measure);
await run(command, 'bench:typing');
