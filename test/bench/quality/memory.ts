/**
 * `npm run bench:memory -- FOLDER… [--model PATH] [--files N] [--tokens N] [--seed N] [--fit]`: how much better the next token of files is
 * predicted with what the workspace's other files say, and what it costs to remember all these folders, or their first 100 000 lines. `--fit`
 * prints the weights the gate had at the end, for engine/ngrams/prior.ts.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Recall } from '../../../engine/generate/recall.ts';
import { WorkspaceMemory } from '../../../engine/generate/workspaceMemory.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { Gate } from '../../../engine/ngrams/gate.ts';
import { PRIOR } from '../../../engine/ngrams/prior.ts';
import { TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import { argMax, logSumExp } from '../../../engine/sampling/sampler.ts';
import { type SourceFile, sourcesOf, splitRepository } from './repository.ts';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: fileURLToPath(new URL('../../../models/default', import.meta.url)) },
    files: { type: 'string', default: '8' },
    tokens: { type: 'string', default: '900' },
    seed: { type: 'string', default: '1' },
    fit: { type: 'boolean', default: false },
  },
});
/** Lines of the largest workspace that is spoken of. */
const MOST_LINES = 100_000;

if (folders.length === 0) throw new Error('Name one or more folders of source code.');

interface Sums {
  tokens: number;
  model: number;
  mixed: number;
  modelRight: number;
  mixedRight: number;
}

const engine = new Engine();
try {
  await engine.open({ role: 'completion', path: options.model, device: 'cpu', threads: 2, window: 0 });
  // Before anything else, while the tokenizer has seen no word of it.
  const cost = await costOf(folders);
  // Fitting starts from nothing, so that what is fitted depends on these folders alone.
  const gate = new Gate(options.fit ? undefined : PRIOR);
  process.stdout.write(
    '| repository | memory: tokens, MB, ms | predicted | nats a token | with memory | right | with memory |\n',
  );
  process.stdout.write('|---|---|---:|---:|---:|---:|---:|\n');
  for (const folder of folders) {
    const { name, asked, others } = splitRepository(folder, Number(options.files), Number(options.seed));
    const { tokenizer } = engine.opened.model;
    const started = performance.now();
    const index = new TokenIndex();
    for (const { path, text } of others) index.set(path, tokenizer.encodeContinuation(text));
    const ms = performance.now() - started;
    const sums: Sums = { tokens: 0, model: 0, mixed: 0, modelRight: 0, mixedRight: 0 };
    for (const file of asked) await predict(file, index, gate, sums);
    const per = (value: number) => (value / sums.tokens).toFixed(3);
    const size = `${index.size}, ${(index.bytes / 1e6).toFixed(1)}, ${ms.toFixed(0)}`;
    const change = `${per(sums.mixed)} (${((100 * sums.mixed) / sums.model - 100).toFixed(0)} %)`;
    process.stdout.write(
      `| ${name} | ${size} | ${sums.tokens} | ${per(sums.model)} | ${change} | ${per(sums.modelRight)} | ${per(sums.mixedRight)} |\n`,
    );
  }
  process.stdout.write(`\n${cost}\n`);
  if (options.fit) process.stdout.write(`${Array.from(gate.weights, (weight) => Number(weight.toFixed(3))).join(', ')}\n`);
} finally {
  await engine.close();
}

/** What it costs to remember these folders as one workspace, as the engine does it. */
async function costOf(those: readonly string[]): Promise<string> {
  const memory = new WorkspaceMemory(engine.opened.model.tokenizer);
  let lines = 0;
  let cpu = 0;
  for (const folder of those) {
    for (const { path, text } of sourcesOf(folder)) {
      if (lines >= MOST_LINES) break;
      lines += text.split('\n').length;
      const before = process.cpuUsage();
      await memory.remember(`${folder}/${path}`, text, async () => {});
      const { user, system } = process.cpuUsage(before);
      cpu += (user + system) / 1e6;
    }
  }
  const { documents, tokens, bytes } = memory.size;
  const per = (value: number) => ((value * MOST_LINES) / lines).toFixed(1);
  return (
    `${documents} files, ${lines} lines, ${tokens} tokens: ${(bytes / 1e6).toFixed(1)} MB and ${cpu.toFixed(1)} s of one core; ` +
    `for ${MOST_LINES} lines ${per(bytes / 1e6)} MB and ${per(cpu)} s.`
  );
}

/** A file from left to right: each token by the model alone, and mixed; then it is learned from. */
async function predict({ path, text }: SourceFile, index: TokenIndex, gate: Gate, sums: Sums): Promise<void> {
  const { session, model } = engine.opened;
  const { bosTokenId, vocabularySize } = model.config;
  const tokens = [...(bosTokenId === undefined ? [] : [bosTokenId]), ...model.tokenizer.encode(text)].slice(
    0,
    Number(options.tokens),
  );
  const recall = new Recall(index, { document: path }, gate);
  recall.follow(tokens.slice(0, 1));
  let at = 1;
  for await (const chunk of session.evaluate(tokens.slice(0, -1))) {
    for (let start = 0; start < chunk.length; start += vocabularySize, at++) {
      const row = chunk.subarray(start, start + vocabularySize);
      const truth = tokens[at] as number;
      sums.tokens++;
      sums.model += loss(row, truth);
      sums.modelRight += argMax(row) === truth ? 1 : 0;
      recall.mix(row);
      sums.mixed += loss(row, truth);
      sums.mixedRight += argMax(row) === truth ? 1 : 0;
      recall.take(truth);
      recall.recalled.at(-1)?.learn(truth);
    }
  }
}

function loss(row: Float32Array, token: number): number {
  return logSumExp(row, row[argMax(row)] as number) - (row[token] as number);
}
