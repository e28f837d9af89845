/** A child process of the comparison: one engine, one model. The job comes as a message, the measurement goes back as one. */
import { readFile } from 'node:fs/promises';
import { keystrokes } from './engines/paddockProcess.ts';
import { type EngineName, type Job, type Loaded, type Measurement, measure } from './measure.ts';

/** Loaded on demand, so that no engine's memory holds another's code. */
const LOADERS: Readonly<Record<EngineName, (job: Job) => Promise<Loaded>>> = {
  paddock: async (job) => (await import('./engines/paddock.ts')).loadPaddock(job),
  'llama.cpp': async (job) => (await import('./engines/llamaCpp.ts')).loadLlamaCpp(job),
  'transformers.js': async (job) => (await import('./engines/transformersJs.ts')).loadTransformersJs(job),
  'plain loop': async (job) => (await import('./engines/plainLoop.ts')).loadPlainLoop(job),
};

async function run(job: Job): Promise<Measurement> {
  const speed = await measure(job, () => LOADERS[job.engine](job));
  const memory = { peakBytes: await peakBytes(), residentBytes: process.memoryUsage().rss };
  return { ...speed, ...memory, ...(job.engine === 'paddock' ? await keystrokes(job) : {}) };
}

/** Largest resident set so far. Linux's getrusage inherits the parent's at a fork, /proc does not. */
async function peakBytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? process.resourceUsage().maxRSS * 1024 : Number(kibibytes) * 1024;
}

process.once('message', (job: Job) => {
  run(job).then(
    (measurement) => process.send?.({ measurement }, () => process.exit(0)),
    (error: Error) => process.send?.({ error: error.stack ?? error.message }, () => process.exit(1)),
  );
});
