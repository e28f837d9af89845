import { InferenceSession } from 'onnxruntime-node';
import { type CandidateOptions, generateCandidates } from '../../../engine/generate/candidates.ts';
import { generate } from '../../../engine/generate/generate.ts';
import { median } from '../../../engine/host/median.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import type { Session } from '../../../engine/session/session.ts';
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

/**
 * @returns ms that `several` candidates take over a prompt in the cache, and `one` continuation of as many tokens; the same where the prompt
 *   has still to be run, once for all of them: `severalFromEmpty`, `oneFromEmpty`
 */
export async function candidates(job: Extract<Job, { kind: 'candidates' }>): Promise<Measurement> {
  const model = await openPaddock(job);
  const common = { maxTokens: job.decode, stopTokens: new Set<number>() };
  const sampling: CandidateOptions['sampling'] = { ...GREEDY, temperature: 0.8, topK: 40, seed: 1 };
  const several = (session: Session) => generateCandidates(session, job.prompt, { ...common, count: job.count, sampling });
  const one = async (session: Session) => {
    for await (const _ of generate(session, job.prompt, { ...common, sampling }));
  };
  const cached = model.newSession();
  const timed = async (action: (session: Session) => Promise<unknown>, isCached: boolean) => {
    const session = isCached ? cached : model.newSession();
    if (isCached) await session.sync(job.prompt);
    const started = performance.now();
    await action(session);
    return performance.now() - started;
  };
  await timed(one, true);
  await timed(several, true);
  const times: Record<string, number[]> = { one: [], several: [], oneFromEmpty: [], severalFromEmpty: [] };
  for (let round = 0; round < 3; round++) {
    for (const isCached of [true, false]) {
      times[isCached ? 'one' : 'oneFromEmpty']?.push(await timed(one, isCached));
      times[isCached ? 'several' : 'severalFromEmpty']?.push(await timed(several, isCached));
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}
