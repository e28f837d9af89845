/** A child process of the comparison: one engine, one model. It receives its job as a message and sends its measurement as one. */
import { peakBytes } from '../support/peakMemory.ts';
import type { EngineName, Generated, Job, Loaded, LoadJob, Measurement } from './measure.ts';

/** Loaded on demand, so that an engine's memory contains no code of the others. */
const LOADERS: Readonly<Record<EngineName, (job: LoadJob) => Promise<Loaded>>> = {
  paddock: async (job) => (await import('./engines/paddock.ts')).loadPaddock(job),
  'paddock + look-up': async (job) => (await import('./engines/paddock.ts')).loadPaddock(job),
  'llama.cpp': async (job) => (await import('./engines/llamaCpp.ts')).loadLlamaCpp(job),
  'transformers.js': async (job) => (await import('./engines/transformersJs.ts')).loadTransformersJs(job),
  'plain loop': async (job) => (await import('./engines/plainLoop.ts')).loadPlainLoop(job),
};

/**
 * Tokens that are run and generated as a warm-up: rates are those of a process that has been in use. With 16 of them Paddock's first
 * rates are a tenth to a quarter lower, until V8 has compiled what a step runs; what comes first is measured by `opening`.
 */
const WARM_UP = 256;

async function run(job: Job): Promise<Measurement> {
  switch (job.kind) {
    case 'contexts':
      return { ...(await contexts(job)), peak: peakBytes(), resident: process.memoryUsage().rss };
    case 'texts':
      return texts(job);
    case 'opening':
      return opening(job);
    case 'steps':
      return (await import('./engines/paddockSteps.ts')).steps(job);
    case 'candidates':
      return (await import('./engines/paddockSteps.ts')).candidates(job);
    case 'keystrokes':
      return (await import('./engines/paddockProcess.ts')).keystrokes(job, job.tokens);
  }
}

/** `prefill512`: tokens per second of a prompt of that length; `decode512`: of the tokens generated after it. */
async function contexts(job: Extract<Job, { kind: 'contexts' }>): Promise<Measurement> {
  const engine = await warm(job, job.prompt);
  const found: Record<string, number> = {};
  const prompt = { tokens: 0, ms: 0 };
  let at = 0;
  for (const context of job.contexts) {
    const fresh = job.prompt.slice(at, context);
    const { tokens, firstMs, restMs } = await engine.extend(fresh, job.decode);
    prompt.tokens += fresh.length;
    prompt.ms += firstMs;
    at = context + tokens.length;
    found[`prefill${context}`] = (1000 * prompt.tokens) / prompt.ms;
    found[`decode${context}`] = rate(tokens, restMs);
  }
  return found;
}

/** `decode`: tokens per second after the first of each text. `check`: a checksum of the tokens, to compare runs. */
async function texts(job: Extract<Job, { kind: 'texts' }>): Promise<Measurement> {
  const engine = await warm(job, job.prompts[0] as readonly number[]);
  const before = engine.drafts?.();
  let [count, ms, check] = [0, 0, 0];
  for (const prompt of job.prompts) {
    await engine.reset();
    const { tokens, restMs }: Generated = await engine.extend(prompt, job.decode);
    if (tokens.length !== job.decode) throw new Error(`${tokens.length} tokens were generated instead of ${job.decode}.`);
    count += tokens.length - 1;
    ms += restMs;
    check = tokens.reduce((sum, token) => (Math.imul(sum, 31) + token) | 0, check);
  }
  const after = engine.drafts?.();
  const drafted = (after?.drafted ?? 0) - (before?.drafted ?? 0);
  const accepted = (after?.accepted ?? 0) - (before?.accepted ?? 0);
  return { decode: (1000 * count) / ms, check, drafted: drafted / count, accepted: accepted / count };
}

/** `ready`: ms until the model can run, including loading the engine's code; `first`: until the first token after a short prompt. */
async function opening(job: Extract<Job, { kind: 'opening' }>): Promise<Measurement> {
  const started = performance.now();
  const engine = await LOADERS[job.engine](job);
  const ready = performance.now() - started;
  await engine.extend(job.prompt, 1);
  return { ready, first: performance.now() - started };
}

async function warm(job: LoadJob, prompt: readonly number[]): Promise<Loaded> {
  const engine = await LOADERS[job.engine](job);
  await engine.extend(prompt.slice(0, WARM_UP), WARM_UP);
  await engine.reset();
  return engine;
}

function rate(tokens: readonly number[], ms: number): number {
  return (1000 * (tokens.length - 1)) / ms;
}

process.once('message', (job: Job) => {
  run(job).then(
    (measurement) => process.send?.({ measurement }, () => process.exit(0)),
    (error: Error) => process.send?.({ error: error.stack ?? error.message }, () => process.exit(1)),
  );
});
