/**
 * `npm run bench [-- --quick] [--rounds N] [--models random,default] [--engines paddock,…] [--threads 1,2] [--out FILE]`:
 * Paddock and its peers side by side on the same weights, written as a table.
 */
import { fork } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../support/modelFolder.ts';
import { Random } from '../support/random.ts';
import { ENGINES, type Job, type Measurement } from './measure.ts';
import { type BenchModel, otherForms, random110M } from './models.ts';
import { type Comparison, report, type Series } from './table.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A process that takes longer than this has hung, ms. */
const TIME_LIMIT = 300_000;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    models: { type: 'string', default: 'random,default' },
    engines: { type: 'string', default: ENGINES.join() },
    threads: { type: 'string' },
    out: { type: 'string', default: here('./RESULTS.md') },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
const decode = options.quick ? 32 : 96;
const promptTokens = options.quick ? 256 : 512;
const engines = ENGINES.filter((name) => options.engines.split(',').includes(name));
const threads = options.threads?.split(',').map(Number) ?? [...new Set([1, Math.min(8, availableParallelism())])];

const folder = await temporaryFolder();
try {
  const comparisons: Comparison[] = [];
  for (const name of options.models.split(',')) {
    process.stderr.write(`Writing the ${name} model…\n`);
    comparisons.push(await compare(await prepare(name, folder.path)));
  }
  const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
  const table = report(comparisons, command, await versions());
  await writeFile(options.out, table);
  process.stdout.write(`${table}\nWritten to ${options.out}.\n`);
} finally {
  await folder.remove();
}

function prepare(name: string, root: string): Promise<BenchModel> {
  if (name === 'random') return random110M(root);
  if (name === 'default') return otherForms('the default model', here('../../models/default'), root);
  throw new Error(`There is no model "${name}"; "random" and "default" are there.`);
}

/** Whole rounds alternate between all engines, so that a machine that slows down slows all of them. */
async function compare(model: BenchModel): Promise<Comparison> {
  const series: (Series & { rounds: Measurement[] })[] = threads.flatMap((count) =>
    engines.map((engine) => ({ engine, threads: count, rounds: [] })),
  );
  const prompt = new Random(43).tokens(promptTokens, model.shape.vocabulary);
  for (let round = 1; round <= rounds; round++) {
    for (const one of series) {
      const found = await inChild({ ...one, model, prompt, decode, repeats: options.quick ? 1 : 3 });
      one.rounds.push(found);
      const words = `${found.prefill.toFixed(0)} / ${found.decode.toFixed(1)} tokens/s`;
      process.stderr.write(`${model.title}, round ${round}: ${one.engine}, threads ${one.threads}: ${words}\n`);
    }
  }
  return { model, promptTokens, decodeTokens: decode, series };
}

function inChild({ engine, model, threads, prompt, decode, repeats }: Job): Promise<Measurement> {
  const child = fork(here('./worker.ts'), [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return new Promise<Measurement>((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT);
    child.once('message', ({ measurement, error }: { measurement?: Measurement; error?: string }) => {
      if (measurement) resolve(measurement);
      else reject(new Error(`${engine}: ${error}`));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${engine} ended with ${signal ?? code}.`)); // no effect once there is a measurement
    });
    child.send({ engine, model, threads, prompt, decode, repeats } satisfies Job);
  });
}

async function versions(): Promise<Record<string, string>> {
  const read = async (name: string): Promise<[string, string]> => {
    const json: { version: string } = JSON.parse(await readFile(here(`../../node_modules/${name}/package.json`), 'utf8'));
    return [name, json.version];
  };
  const packages = ['onnxruntime-node', 'node-llama-cpp', '@huggingface/transformers'];
  return { Node: process.version.slice(1), ...Object.fromEntries(await Promise.all(packages.map(read))) };
}
