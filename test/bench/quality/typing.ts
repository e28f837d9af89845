/**
 * `npm run bench:typing -- FOLDER… [--trace FILE…] [--model PATH] [--stretches N] [--characters N] [--pause MS] [--files N] [--threads N] [--seed N]
 * [--out FILE] [--keys FILE]`: stretches of files typed anew, key by key, by someone who takes what is right of every suggestion. At each key
 * the same prompt goes to a timeline of llama.cpp with the same weights, which reuses what it can of the prompt before and writes one line:
 * those of the default model, or of a GGUF file. Another model's folder is typed with alone. `--trace` replays a recording (`npm run
 * bench:record`) at its own pace. `--keys` names a file for what came of each key, one JSON object a line.
 */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from '../../../engine/host/engine.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { ofFolder } from '../models.ts';
import { LlamaCppLines } from './llamaCppLines.ts';
import { seededRandom } from './random.ts';
import { replay } from './replay.ts';
import { splitRepository } from './repository.ts';
import { readTrace } from './trace.ts';
import { type TypingRow, typingTable } from './typingReport.ts';
import { type Key, stretchOf, Typist } from './typist.ts';

const DEFAULT_MODEL = fileURLToPath(new URL('../../../models/default', import.meta.url));

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: DEFAULT_MODEL },
    trace: { type: 'string', multiple: true, default: [] },
    stretches: { type: 'string', default: '6' },
    characters: { type: 'string', default: '150' },
    pause: { type: 'string', default: '120' },
    files: { type: 'string', default: '12' },
    threads: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    keys: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('./TYPING.md', import.meta.url)) },
  },
});
if (folders.length + options.trace.length === 0) throw new Error('Name folders of source code, or recordings with --trace.');

const path = options.model;
const threads = Number(options.threads);
const temporary = await temporaryFolder();
const engine = new Engine();
try {
  const gguf = await ggufOf(path, temporary.path);
  const { name } = await engine.open({ role: 'completion', path, device: 'cpu', threads, window: 0 });
  const peer = gguf === undefined ? undefined : await LlamaCppLines.open(gguf, engine.opened, threads);
  const rows: TypingRow[] = [];
  for (const folder of folders) {
    const split = splitRepository(folder, Number(options.files), Number(options.seed));
    process.stderr.write(`${split.name}\n`);
    engine.forgetWorkspace();
    await engine.remember({ documents: split.others, gone: [] });
    const next = seededRandom(Number(options.seed));
    const keys: Key[] = [];
    const typist = new Typist(engine, peer, { pauseMs: Number(options.pause), eagerness: 'balanced', lookAhead: true });
    for (let i = 0; i < Number(options.stretches); i++) {
      const file = split.asked[i % split.asked.length];
      const stretch = file && stretchOf(file, Number(options.characters), next);
      if (stretch) keys.push(...(await typist.type(stretch)));
    }
    rows.push({ name: split.name, keys });
  }
  engine.forgetWorkspace();
  for (const file of options.trace) rows.push({ name: basename(file), keys: await replay(engine, await readTrace(file)) });
  const all = { name: 'all', keys: rows.flatMap(({ keys }) => keys) };
  const text = typingTable(
    [...rows, all],
    `${path === DEFAULT_MODEL ? 'The default model' : name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${options.pause} ms between keys`,
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

/** The weights for llama.cpp: a file that is one, or the default model written as one. */
async function ggufOf(model: string, folder: string): Promise<string | undefined> {
  if (model.endsWith('.gguf')) return model;
  if (model !== DEFAULT_MODEL) return undefined;
  return (await ofFolder('the default model', model, folder)).gguf.Q4_0;
}
