import type { BenchModel } from './models.ts';

export const ENGINES = ['paddock', 'llama.cpp', 'transformers.js', 'plain loop'] as const;
export type EngineName = (typeof ENGINES)[number];

/** What a child process is told to measure. */
export interface Job {
  readonly engine: EngineName;
  readonly model: BenchModel;
  readonly threads: number;
  /** Tokens of the prompt. */
  readonly prompt: readonly number[];
  /** Tokens generated after it. */
  readonly decode: number;
  /** Repetitions within the process. */
  readonly repeats: number;
}

/** What one child process measured; rates in tokens per second, times in ms, memory in bytes. */
export interface Measurement {
  readonly loadMs: number;
  readonly prefill: number;
  readonly decode: number;
  /** From the request to the first token or text, right after loading. */
  readonly coldMs: number;
  /** The same when one more keystroke follows a prompt that is in the cache. */
  readonly warmMs: number;
  /** Largest resident set of the process, loading included. */
  readonly peakBytes: number;
  /** Resident set after all runs. */
  readonly residentBytes: number;
}

/** An engine with a model loaded. */
export interface Loaded {
  /**
   * Forgets everything, runs `prompt`, then generates `tokens` tokens greedily.
   * @returns ms from the call to the first token, and from the first to the last
   */
  generate(prompt: readonly number[], tokens: number): Promise<{ firstMs: number; restMs: number }>;
  /**
   * After {@link generate}: one more token is appended to a prompt that is in the cache.
   * @returns ms until the next token is known
   */
  append(prompt: readonly number[], token: number): Promise<number>;
}

/** Runs a job on a loaded engine. The first generation counts as the cold one and for nothing else. */
export async function measure(job: Job, load: () => Promise<Loaded>): Promise<Omit<Measurement, 'peakBytes' | 'residentBytes'>> {
  const started = performance.now();
  const engine = await load();
  const loadMs = performance.now() - started;
  const { firstMs: coldMs } = await engine.generate(job.prompt, 1);

  const typed = [...job.prompt];
  const warm: number[] = [];
  for (let key = 0; key < 8; key++) {
    typed.push(1 + (key % 50));
    warm.push(await engine.append(typed.slice(0, -1), typed.at(-1) as number));
  }

  const prefill: number[] = [];
  const decode: number[] = [];
  for (let repeat = 0; repeat < job.repeats; repeat++) {
    const prompt = job.prompt.map((token) => (token + repeat) % job.model.shape.vocabulary);
    const { firstMs, restMs } = await engine.generate(prompt, job.decode);
    prefill.push((1000 * prompt.length) / firstMs);
    decode.push((1000 * (job.decode - 1)) / restMs);
  }
  return { loadMs, coldMs, warmMs: median(warm), prefill: median(prefill), decode: median(decode) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) throw new Error('There is no median of nothing.');
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
