import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { LogitRow } from '../runtime/modelRuntime.ts';
import type { Constraint } from '../sampling/beginning.ts';
import { checkMaxTokens } from '../sampling/options.ts';
import { logProbabilityOf } from '../sampling/probability.ts';
import { type Choice, Sampler, type SamplingOptions } from '../sampling/sampler.ts';
import type { Branches } from '../session/branches.ts';
import type { Session } from '../session/session.ts';
import { projectedState } from '../tuning/preference/state.ts';
import type { Recall } from './recall.ts';
import type { Pause } from './turns.ts';
import { endIn, entropyOf } from './uncertainty.ts';

export interface CandidateOptions {
  readonly count: number;
  /** Tokens of each, at most. */
  readonly maxTokens: number;
  /** Candidate i draws from seed + i. */
  readonly sampling: SamplingOptions;
  readonly stopTokens: ReadonlySet<number>;
  /** What each must begin with; called once for each. */
  readonly beginning?: () => Constraint;
  /** Tokens each candidate begins with; the rest is chosen. */
  readonly starts?: readonly (readonly number[])[];
  /** What each remembers beyond the model, mixed into its logits; called once for each; it has already read the prompt. */
  readonly recall?: () => Recall | undefined;
  /** Told each chosen token: whether this candidate is to end with it. */
  readonly isDone?: (candidate: number, token: number) => boolean;
  /** Reports for each how sure the model was; a candidate that does not end by a token of its own is then run once more. */
  readonly measure?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Aborted when no more is wanted: unfinished candidates are then cut where they are, within one run. */
  readonly enough?: AbortSignal | undefined;
  readonly pause?: Pause | undefined;
}

export interface Candidate {
  readonly tokens: readonly Choice[];
  readonly finish: 'stop' | 'length';
  /** True if it was cut before it had ended, or even begun. */
  readonly isCut?: true;
  /** Where that is measured. */
  readonly measured?: Measured;
}

/** How sure the model was of a candidate, at temperature 1. */
export interface Measured {
  /** Of the distribution of each token, in nats. */
  readonly entropies: readonly number[];
  /** Log-probability that it ends where it does (natural). */
  readonly endLogProbability: number;
  /** The hidden state behind that, as `projectedState` gives it. */
  readonly state: readonly number[];
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Makes the session continue with one of them; its last token has not been run. Valid until the session's next call. */
  keep(candidate: number): Promise<void>;
}

/** One candidate under way. */
class Way {
  readonly tokens: Choice[] = [];
  finish: Candidate['finish'] | undefined;
  isCut = false;
  readonly #entropies: number[] = [];
  #end: Pick<Measured, 'endLogProbability' | 'state'> | undefined;
  readonly #index: number;
  readonly #options: CandidateOptions;
  readonly #sampler: Sampler;
  readonly #beginning: Constraint | undefined;
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

  /** Whether it is finished and measured. */
  get isOver(): boolean {
    return this.finish !== undefined && (this.#end !== undefined || !this.#options.measure);
  }

  get measured(): Measured | undefined {
    return this.#end && { entropies: this.#entropies, ...this.#end };
  }

  /** Lets nothing follow, unless it has ended already. */
  cut(): void {
    if (this.finish !== undefined) return;
    this.finish = 'stop';
    this.isCut = true;
  }

  /** Chooses the next token. @returns it, if it is to be run */
  choose(row: LogitRow): number | undefined {
    const { logits } = row;
    const { maxTokens, stopTokens, isDone, measure } = this.#options;
    const end = () => ({ endLogProbability: endIn(logits, stopTokens), state: projectedState(logits) });
    if (this.finish !== undefined) {
      this.#end = end();
      return undefined;
    }
    const choice = this.#choice(row);
    if (measure && stopTokens.has(choice.token)) this.#end = end();
    else if (measure) this.#entropies.push(entropyOf(logits));
    this.#beginning?.take(choice.token);
    this.#recall?.take(choice.token);
    if (stopTokens.has(choice.token)) {
      this.finish = 'stop';
      return undefined;
    }
    this.tokens.push(choice);
    if (isDone?.(this.#index, choice.token)) this.finish = 'stop';
    else if (this.tokens.length >= maxTokens) this.finish = 'length';
    return this.isOver ? undefined : choice.token;
  }

  #choice(row: LogitRow): Choice {
    const allowed = this.#beginning?.allowed;
    // Candidates that have not parted yet share a row.
    const { logits, summary } = this.#recall?.mix({ ...row, logits: row.logits.slice() }) ?? row;
    const given = this.#start[this.tokens.length];
    if (given === undefined) return this.#sampler.choose(logits, allowed, summary);
    return { token: given, logProbability: logProbabilityOf(given, logits, allowed) };
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
  checkMaxTokens(options.maxTokens);
  const last = await session.sync(prompt, signal, pause);
  const most = mostTokens(session, options);
  if (options.measure) checkRoom(most);
  const ways = Array.from({ length: options.count }, (_, i) => new Way(i, prompt, { ...options, maxTokens: most.chosen }));
  const branches = await session.fork(options.count, most.run);
  const all = [...ways.keys()];
  // Where branches cannot run together they are finished one after the other, so that none is computed twice.
  for (const group of branches.together ? [all] : all.map((way) => [way])) {
    await advance(branches, ways, group, last, options);
  }
  return {
    candidates: ways.map(candidateOf),
    keep: (candidate) => branches.keep(candidate),
  };
}

export interface CandidateGroups {
  readonly candidates: readonly Candidate[];
  /** How many were run side by side. */
  readonly abreast: number;
  /** Tokens of the prompt that were not computed again. */
  readonly reused: number;
}

/**
 * The same for any number of candidates, in groups as large as fit side by side into the window. None becomes the timeline, which is the
 * prompt afterwards.
 * @throws PaddockError `cancelled`, `bad-request` where the prompt fills the window, `runtime`
 */
export async function generateInGroups(
  session: Session,
  prompt: readonly number[],
  options: CandidateOptions,
): Promise<CandidateGroups> {
  const { count, signal, pause } = options;
  const last = await session.sync(prompt, signal, pause);
  const most = mostTokens(session, options);
  checkRoom(most);
  const ways = Array.from({ length: count }, (_, i) => new Way(i, prompt, { ...options, maxTokens: most.chosen }));
  const abreast = Math.min(count, session.abreast(most.run));
  for (let start = 0; start < count; start += abreast) {
    const group = ways.slice(start, start + abreast);
    const branches = await session.fork(group.length, most.run);
    try {
      await advance(branches, group, [...group.keys()], last, options);
    } finally {
      branches.abandon();
    }
  }
  return { candidates: ways.map(candidateOf), abreast, reused: last.reused };
}

/** @throws PaddockError `bad-request` where no token of an answer fits */
function checkRoom({ chosen }: { readonly chosen: number }): void {
  if (chosen < 1) throw new PaddockError('bad-request', 'The prompt leaves no room for an answer. Leave something out.');
}

/** Tokens that each chooses at most, and those that are run for it: to find out how probable its end is one more. */
function mostTokens(session: Session, { maxTokens, measure }: CandidateOptions): { chosen: number; run: number } {
  const run = Math.min(maxTokens + (measure ? 1 : 0), session.room);
  return { chosen: measure ? run - 1 : run, run };
}

function candidateOf({ tokens, finish = 'length', isCut, measured }: Way): Candidate {
  return { tokens, finish, ...(isCut && { isCut }), ...(measured && { measured }) };
}

async function advance(
  branches: Branches,
  ways: readonly Way[],
  group: readonly number[],
  first: LogitRow,
  { signal, enough, pause }: CandidateOptions,
): Promise<void> {
  let rows: readonly (LogitRow | undefined)[] = ways.map((_, way) => (group.includes(way) ? first : undefined));
  for (;;) {
    throwIfCancelled(signal);
    const next = ways.map((way, i) => {
      const row = rows[i];
      if (!row || way.isOver) return undefined;
      if (enough?.aborted) way.cut();
      return way.choose(row);
    });
    if (next.every((token) => token === undefined)) return;
    await pause?.();
    throwIfCancelled(signal);
    rows = await branches.step(next);
  }
}
