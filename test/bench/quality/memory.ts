/**
 * `npm run bench:memory -- FOLDER…`: how much better the next token of files is predicted with the help of the workspace's other files, and
 * the cost of remembering all these folders, or their first 100 000 lines.
 */
import { Recall } from '../../../engine/generate/recall.ts';
import { WorkspaceMemory } from '../../../engine/generate/workspaceMemory.ts';
import { run } from '../../../engine/host/commands/run.ts';
import { count, position } from '../../../engine/host/commands/values.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { Gate } from '../../../engine/ngrams/gate.ts';
import { PRIOR } from '../../../engine/ngrams/prior.ts';
import { TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import { argMax, logSumExp } from '../../../engine/sampling/sampler.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand, folders } from '../commandLine.ts';
import { type SourceFile, sourcesOf, splitRepository } from './repository.ts';

/** Lines of the largest workspace that figures are given for. */
const MOST_LINES = 100_000;

/** The means of predicting files, and the results so far. */
interface Learned {
  readonly index: TokenIndex;
  readonly gate: Gate;
  readonly sums: Sums;
}

interface Options {
  readonly model: string;
  readonly files: number;
  readonly tokens: number;
  readonly seed: number;
  readonly fit?: true;
}

interface Sums {
  tokens: number;
  model: number;
  mixed: number;
  modelRight: number;
  mixedRight: number;
}

async function measure(repositories: readonly string[], options: Options): Promise<void> {
  const engine = new Engine();
  try {
    await engine.open({ role: 'completion', path: options.model, device: 'cpu', threads: 2, window: 0 });
    // First of all, while the tokenizer's cache is empty.
    const cost = await costOf(engine, repositories);
    // The fit starts from zero, so that its result depends on these folders alone.
    const gate = new Gate(options.fit ? undefined : PRIOR);
    process.stdout.write(
      '| repository | memory: tokens, MB, ms | predicted | nats a token | with memory | right | with memory |\n',
    );
    process.stdout.write('|---|---|---:|---:|---:|---:|---:|\n');
    for (const folder of repositories) {
      const { name, asked, others } = splitRepository(folder, options.files, options.seed);
      const { tokenizer } = engine.opened.model;
      const started = performance.now();
      const index = new TokenIndex();
      for (const { path, text } of others) index.set(path, tokenizer.encodeContinuation(text));
      const ms = performance.now() - started;
      const sums: Sums = { tokens: 0, model: 0, mixed: 0, modelRight: 0, mixedRight: 0 };
      for (const file of asked) await predict(engine, file, options.tokens, { index, gate, sums });
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
}

/** The cost of remembering these folders as one workspace, in the same way as the engine. */
async function costOf(engine: Engine, those: readonly string[]): Promise<string> {
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

/** Reads a file from left to right: predicts each token by the model alone and by the mixture, then learns from it. */
async function predict(engine: Engine, { path, text }: SourceFile, most: number, { index, gate, sums }: Learned): Promise<void> {
  const { session, model } = engine.opened;
  const { bosTokenId } = model.config;
  const tokens = [...(bosTokenId === undefined ? [] : [bosTokenId]), ...model.tokenizer.encode(text)].slice(0, most);
  const recall = new Recall(index, { document: path }, gate);
  recall.follow(tokens.slice(0, 1));
  let at = 1;
  for await (const chunk of session.evaluate(tokens.slice(0, -1))) {
    for (const row of chunk) {
      const { logits } = row;
      const truth = tokens[at++] as number;
      sums.tokens++;
      sums.model += loss(logits, truth);
      sums.modelRight += argMax(logits) === truth ? 1 : 0;
      recall.mix(row);
      sums.mixed += loss(logits, truth);
      sums.mixedRight += argMax(logits) === truth ? 1 : 0;
      recall.take(truth);
      recall.recalled.at(-1)?.learn(truth);
    }
  }
}

function loss(row: Float32Array, token: number): number {
  return logSumExp(row, row[argMax(row)] as number) - (row[token] as number);
}

const command = benchCommand(
  'bench:memory',
  'what the other files of a workspace add to the prediction of the next token, and what they cost',
)
  .argument('<folders...>', 'repositories that the model has never seen', folders)
  .option('--model <path>', 'model', defaultModel)
  .option('--files <count>', 'files of each that are predicted; the others are remembered', position, 8)
  .option('--tokens <count>', 'tokens of each file', position, 900)
  .option('--seed <number>', 'the same seed chooses the same files', count, 1)
  .option('--fit', 'learn the weights of the gate from nothing, and print them for engine/ngrams/prior.ts')
  .action(measure);
await run(command, 'bench:memory');
