import { throwIfCancelled } from '../errors.ts';
import type { Beginning } from '../sampling/beginning.ts';
import { argMax, type Choice, logSumExp, Sampler, type SamplingOptions } from '../sampling/sampler.ts';
import type { Branches } from '../session/branches.ts';
import type { Session } from '../session/session.ts';
import type { Recall } from './recall.ts';
import type { Pause } from './turns.ts';

export interface CandidateOptions {
  readonly count: number;
  /** Tokens of each, at most. */
  readonly maxTokens: number;
  /** Candidate i draws from seed + i. */
  readonly sampling: SamplingOptions;
  readonly stopTokens: ReadonlySet<number>;
  /** What each must begin with; made for each of them. */
  readonly beginning?: () => Beginning;
  /** Tokens that each begins with, by candidate; the rest is chosen. */
  readonly starts?: readonly (readonly number[])[];
  /** What each remembers beyond the model, mixed into its logits; made for each of them, and has followed the prompt. */
  readonly recall?: () => Recall | undefined;
  /** Told each chosen token: whether this candidate is to end with it. */
  readonly isDone?: (candidate: number, token: number) => boolean;
  readonly signal?: AbortSignal | undefined;
  readonly pause?: Pause | undefined;
}

export interface Candidate {
  readonly tokens: readonly Choice[];
  readonly finish: 'stop' | 'length';
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Lets the session go on with one of them; its last token has not been run. Right until the session's next call. */
  keep(candidate: number): Promise<void>;
}

/** One candidate under way. */
class Way {
  readonly tokens: Choice[] = [];
  finish: 'stop' | 'length' | undefined;
  readonly #index: number;
  readonly #options: CandidateOptions;
  readonly #sampler: Sampler;
  readonly #beginning: Beginning | undefined;
  readonly #start: readonly number[];
  readonly #recall: Recall | undefined;

  constructor(index: number, prompt: readonly number[], options: CandidateOptions) {
    this.#index = index;
    this.#options = options;
    this.#sampler = new Sampler({ ...options.sampling, seed: options.sampling.seed + index }, prompt);
    this.#beginning = options.beginning?.();
    this.#start = options.starts?.[index] ?? [];
    this.#recall = options.recall?.();
  }

  /** Chooses the next token. @returns it, if it is to be run */
  choose(logits: Float32Array): number | undefined {
    const { maxTokens, stopTokens, isDone } = this.#options;
    const choice = this.#choice(logits);
    this.#beginning?.take(choice.token);
    this.#recall?.take(choice.token);
    if (stopTokens.has(choice.token)) {
      this.finish = 'stop';
      return undefined;
    }
    this.tokens.push(choice);
    if (isDone?.(this.#index, choice.token)) this.finish = 'stop';
    else if (this.tokens.length >= maxTokens) this.finish = 'length';
    return this.finish === undefined ? choice.token : undefined;
  }

  #choice(logits: Float32Array): Choice {
    const allowed = this.#beginning?.allowed;
    // Candidates that have not parted yet share a row.
    const row = this.#recall ? this.#recall.mix(logits.slice()) : logits;
    const given = this.#start[this.tokens.length];
    if (given === undefined) return this.#sampler.choose(row, allowed, this.#recall?.summary);
    const highest = row[argMax(row, allowed)] as number;
    return { token: given, logProbability: (row[given] as number) - logSumExp(row, highest, allowed) };
  }
}

/**
 * Several continuations of one prompt. The prompt is run once, and where the runtime can, each further run advances all of them by a token
 * (best-of-K sampling costs little more than one).
 * @throws PaddockError `cancelled`, `bad-request`, `runtime`
 */
export async function generateCandidates(
  session: Session,
  prompt: readonly number[],
  options: CandidateOptions,
): Promise<Candidates> {
  const { signal, pause } = options;
  const { logits } = await session.sync(prompt, signal, pause);
  const maxTokens = Math.min(options.maxTokens, session.room);
  const ways = Array.from({ length: options.count }, (_, i) => new Way(i, prompt, { ...options, maxTokens }));
  const branches = await session.fork(options.count, maxTokens);
  const all = [...ways.keys()];
  // Branches that take turns are finished one by one, so that none is computed twice.
  for (const group of branches.together ? [all] : all.map((way) => [way])) {
    await advance(branches, ways, group, logits, options);
  }
  return {
    candidates: ways.map(({ tokens, finish = 'length' }) => ({ tokens, finish })),
    keep: (candidate) => branches.keep(candidate),
  };
}

async function advance(
  branches: Branches,
  ways: readonly Way[],
  group: readonly number[],
  first: Float32Array,
  { signal, pause }: CandidateOptions,
): Promise<void> {
  let logits: readonly (Float32Array | undefined)[] = ways.map((_, way) => (group.includes(way) ? first : undefined));
  for (;;) {
    throwIfCancelled(signal);
    const next = ways.map((way, i) => {
      const row = logits[i];
      return row && way.finish === undefined ? way.choose(row) : undefined;
    });
    if (next.every((token) => token === undefined)) return;
    await pause?.();
    throwIfCancelled(signal);
    logits = await branches.step(next);
  }
}
