import { InferenceSession } from 'onnxruntime-node';
import { type CandidateOptions, generateCandidates } from '../../../engine/generate/candidates.ts';
import { generate } from '../../../engine/generate/generate.ts';
import { median } from '../../../engine/host/median.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import type { Job, Measurement } from '../measure.ts';
import { openPaddock } from './paddock.ts';

/**
 * Decode steps as completions make them.
 * @returns for each context the median of a step (`step512`, ms), and of that part of it which is not spent in onnxruntime's `run`
 *   (`outside512`): making its inputs, the cache, the choice of a token
 */
export async function steps(job: Extract<Job, { kind: 'steps' }>): Promise<Measurement> {
  let inside = 0;
  const create = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>;
  const timed = async (...args: unknown[]) => {
    const session = await create(...args);
    const run = session.run.bind(session) as InferenceSession['run'];
    const timedRun = async (...args: Parameters<InferenceSession['run']>) => {
      const started = performance.now();
      const outputs = await run(...args);
      inside += performance.now() - started;
      return outputs;
    };
    return Object.assign(session, { run: timedRun });
  };
  Object.assign(InferenceSession, { create: timed });
  const session = (await openPaddock(job)).newSession();
  const found: Record<string, number> = {};
  for (const context of job.contexts) {
    const [whole, outside]: [number[], number[]] = [[], []];
    const options = { maxTokens: job.decode, sampling: GREEDY, stopTokens: new Set<number>() };
    let [last, lastInside] = [0, 0];
    for await (const _ of generate(session, job.prompt.slice(0, context), options)) {
      const now = performance.now();
      if (last > 0) {
        whole.push(now - last);
        outside.push(now - last - (inside - lastInside));
      }
      [last, lastInside] = [now, inside];
    }
    found[`step${context}`] = median(whole);
    found[`outside${context}`] = median(outside);
  }
  return found;
}

/** @returns ms that `several` candidates take over a prompt in the cache, and `one` greedy continuation of as many tokens */
export async function candidates(job: Extract<Job, { kind: 'candidates' }>): Promise<Measurement> {
  const session = (await openPaddock(job)).newSession();
  const common = { maxTokens: job.decode, stopTokens: new Set<number>() };
  const sampling: CandidateOptions['sampling'] = { ...GREEDY, temperature: 0.8, topK: 40, seed: 1 };
  const several = () => generateCandidates(session, job.prompt, { ...common, count: job.count, sampling });
  const one = async () => {
    for await (const _ of generate(session, job.prompt, { ...common, sampling }));
  };
  const timed = async (action: () => Promise<unknown>) => {
    await session.sync(job.prompt);
    const started = performance.now();
    await action();
    return performance.now() - started;
  };
  await timed(one);
  await timed(several);
  const times = { one: [] as number[], several: [] as number[] };
  for (let round = 0; round < 3; round++) {
    times.one.push(await timed(one));
    times.several.push(await timed(several));
  }
  return { one: median(times.one), several: median(times.several) };
}
