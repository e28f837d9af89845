import type { InferenceSession } from './ort.ts';

/**
 * How long a thread of the native library that has nothing to do waits in a loop for more before it sleeps, in microseconds. Left to itself
 * it does so for 15 ms, and takes a core from whatever runs next: threads of another graph, or JavaScript. Measured with two threads on two
 * cores: from 200 to 1 000 prefill and decode are alike; at 50 and 100 decode loses a tenth, because more passes between two steps; at
 * 15 ms a prompt takes twice as long in a graph of its own.
 */
const SPIN_US = 400;

/** Options of a session whose runs take so many threads of the processor. */
export function onThreads(count: number): InferenceSession.SessionOptions {
  return { intraOpNumThreads: count, extra: { session: { intra_op: { spin_duration_us: String(SPIN_US) } } } };
}
