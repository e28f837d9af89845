/** `npm run numerics`: measures how far the engine's numbers are from other engines' and writes REPORT.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textLoss } from '../../engine/generate/perplexity.ts';
import { run } from '../../engine/host/commands/run.ts';
import type { LogitRow } from '../../engine/runtime/modelRuntime.ts';
import { benchCommand } from '../bench/commandLine.ts';
import { defaultModel } from '../support/defaultModel.ts';
import { freshLogits, openFolder, openLlama } from '../support/engine.ts';
import { writeGguf } from '../support/gguf.ts';
import { type LlamaShape, randomLlama, TINY_SHAPES } from '../support/llama.ts';
import { LlamaCppModel } from '../support/llamaCpp.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { Random } from '../support/random.ts';
import { argMax, divergence, relativeError, relativeRms } from './compare.ts';
import { roundedToBlocks, SHIPPED_FORMATS } from './quantized.ts';
import { llamaLogits } from './reference.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PRECISIONS = ['float32', 'exact', 'fast'] as const;
const LENGTHS = [1, 2, 17, 130, 300];

/** Sources of this repository that stand in for what people type in. */
const TEXTS = [
  '../workspace/src/orders.ts',
  '../workspace/report.py',
  './families/reference.ts',
  '../../engine/graph/operators.ts',
];

await run(benchCommand('numerics', 'how far the numbers are from other engines; writes test/numerics/REPORT.md'), 'numerics');

const rows = [];
for (const [name, shape] of Object.entries(TINY_SHAPES)) rows.push(`| ${name} | ${(await tinyModel(shape)).join(' | ')} |`);

await writeFile(
  here('./REPORT.md'),
  `# Numbers against other engines

\`npm run numerics\`, Node ${process.version.slice(1)}, node-llama-cpp ${await version('node-llama-cpp')}, \
onnxruntime-node ${await version('onnxruntime-node')}, ${process.platform} ${process.arch}.

## Tiny random models

Largest difference of the last position's logits over their largest magnitude, the worst of prompts of ${LENGTHS.join(', ')} tokens.
*float32*: the checkpoint's weights, against llama.cpp on the same weights as GGUF (float32 cache) and against a float64 reference.
*4 bits, exact*: blocks of 128 with an 8-bit head and float32 activations, against the float64 reference on the dequantised weights.
*4 bits, fast*: the same weights, activations rounded to int8 per block (what completions run on), against the same reference.

| model | float32, llama.cpp | float32, float64 | 4 bits, exact | 4 bits, fast | fast: rms | fast: KL (nats) |
|---|---|---|---|---|---|---|
${rows.join('\n')}

The bars: 1e-3 for float32 and for 4 bits with float32 activations. Random models magnify rounding: nothing in them is redundant.

## The default model

On ${TEXTS.length} files of this repository. Agreement and KL are against float32 weights, position by position.

| precision | bits per byte | nats per token | same first choice | KL (nats) |
|---|---|---|---|---|
${(await defaultModelRows()).join('\n')}
`,
);
process.stdout.write(await readFile(here('./REPORT.md'), 'utf8'));

async function tinyModel(shape: LlamaShape): Promise<string[]> {
  const llama = randomLlama(shape, 53);
  const folder = await temporaryFolder();
  const gguf = join(folder.path, 'model.gguf');
  await writeGguf(gguf, llama);
  const peer = await LlamaCppModel.open(gguf, shape.context);
  const [float32, exact, fast] = await Promise.all(PRECISIONS.map((precision) => openLlama(llama, { precision })));
  if (!float32 || !exact || !fast) throw new Error('A precision is missing.');
  const rounded = roundedToBlocks(llama, SHIPPED_FORMATS);
  const worst = [0, 0, 0, 0, 0, 0];
  for (const length of LENGTHS) {
    const tokens = new Random(length).tokens(length, shape.vocabulary);
    const truth = llamaLogits(llama, tokens).at(-1) as Float64Array;
    const truth4 = llamaLogits(rounded, tokens).at(-1) as Float64Array;
    const own = await freshLogits(float32, tokens);
    const fastLogits = await freshLogits(fast, tokens);
    const found = [
      relativeError(own, await peer.logits(tokens)),
      relativeError(own, truth),
      relativeError(await freshLogits(exact, tokens), truth4),
      relativeError(fastLogits, truth4),
      relativeRms(fastLogits, truth4),
      divergence(fastLogits, truth4),
    ];
    for (const [i, value] of found.entries()) worst[i] = Math.max(worst[i] as number, value);
  }
  await peer.dispose();
  await folder.remove();
  return worst.map((value) => value.toExponential(1));
}

async function defaultModelRows(): Promise<string[]> {
  const texts = await Promise.all(TEXTS.map((path) => readFile(here(path), 'utf8')));
  const truth = await allLogits('float32', texts);
  const lines: string[] = [];
  for (const precision of PRECISIONS) {
    const { rows, nats, tokens, bytes } = precision === 'float32' ? truth : await allLogits(precision, texts);
    const same = rows.filter((row, i) => argMax(row) === argMax(truth.rows[i] as Float32Array)).length / rows.length;
    const apart = rows.reduce((sum, row, i) => sum + divergence(row, truth.rows[i] as Float32Array), 0) / rows.length;
    const figures = [(nats / Math.LN2 / bytes).toFixed(4), (nats / tokens).toFixed(4), `${(100 * same).toFixed(1)} %`];
    lines.push(`| ${precision} | ${figures.join(' | ')} | ${apart.toExponential(1)} |`);
  }
  return lines;
}

/** Logits of every eighth position of the texts, and their loss. */
async function allLogits(precision: (typeof PRECISIONS)[number], texts: readonly string[]) {
  const model = await openFolder(defaultModel, { precision });
  const session = model.newSession();
  const { contextLength, bosTokenId } = model.config;
  const rows: Float32Array[] = [];
  const sums = { nats: 0, tokens: 0, bytes: 0 };
  for (const text of texts) {
    const loss = await textLoss(model, session, text);
    for (const key of ['nats', 'tokens', 'bytes'] as const) sums[key] += loss[key];
    const head = bosTokenId === undefined ? [] : [bosTokenId];
    const tokens = [...head, ...model.tokenizer.encode(text)].slice(0, contextLength);
    for await (const chunk of session.evaluate(tokens)) {
      for (let at = 0; at < chunk.length; at += 8) rows.push((chunk[at] as LogitRow).logits.slice());
    }
  }
  await model.dispose();
  return { rows, ...sums };
}

async function version(name: string): Promise<string> {
  const json: { version: string } = JSON.parse(await readFile(here(`../../node_modules/${name}/package.json`), 'utf8'));
  return json.version;
}
