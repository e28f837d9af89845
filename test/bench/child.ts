import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Measurement } from './measure.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** A process that takes longer than this hangs, in ms. */
const TIME_LIMIT = 120_000;

/** Runs one job in a process of its own. */
export function inChild(job: Job): Promise<Measurement> {
  const child = fork(WORKER, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return new Promise<Measurement>((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT);
    child.once('message', ({ measurement, error }: { measurement?: Measurement; error?: string }) => {
      if (measurement) resolve(measurement);
      else reject(new Error(`${job.engine}, ${job.kind}: ${error}`));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${job.engine}, ${job.kind}: ended with ${signal ?? code}.`)); // no effect after a measurement
    });
    child.send(job);
  });
}
