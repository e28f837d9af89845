import { PaddockError } from '../errors.ts';
import { Candidates, type Pool } from './candidates.ts';
import { decay } from './decay.ts';
import { checkSampling, REPETITION_WINDOW, type SamplingOptions } from './options.ts';
import { Random } from './random.ts';

export { GREEDY, type SamplingOptions } from './options.ts';

export interface TokenProbability {
  readonly token: number;
  /** Natural logarithm of the token's probability at temperature 1, before bias, penalty and cuts. */
  readonly logProbability: number;
}

export interface Choice extends TokenProbability {
  /** The most probable tokens, if {@link SamplingOptions.alternatives} asks for them. */
  readonly alternatives?: readonly TokenProbability[];
}

/** The largest logits of a row, best first, and ln Σ exp over the whole row. */
export interface LargestLogits {
  readonly tokens: Int32Array;
  readonly logits: Float32Array;
  readonly logSumExp: number;
}

/** Facts about a row of logits: where the largest is (the lowest token of equals), and ln Σ exp over the whole row. */
export interface RowSummary {
  readonly best: number;
  readonly logSumExp: number;
}

/** Beyond it a logit would be infinite, and no probability a number. */
const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** Beyond this many it is cheaper to take all. */
const MOST_NEEDED = 256;

/**
 * Chooses tokens from logits. Holds the random numbers and the tokens that occurred, so one sampler belongs to one generation.
 * It draws one random number for a token, whatever the cuts leave.
 */
export class Sampler {
  readonly #options: SamplingOptions;
  readonly #random: Random;
  readonly #bias: ReadonlyMap<number, number>;
  readonly #candidates = new Candidates();
  readonly #recent: number[];
  /** Logits by token, right only for those of the last {@link chooseFromTop}. */
  #row = new Float32Array(0);
  /** How often each recent token occurs. */
  readonly #occurrences = new Map<number, number>();
  /** What the logits were where they are changed. */
  readonly #originals = new Map<number, number>();

  /**
   * @param history the tokens before, for the repetition penalty
   * @throws PaddockError `bad-request` for invalid options
   */
  constructor(options: SamplingOptions, history: readonly number[] = []) {
    checkSampling(options);
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#bias = new Map(options.logitBias ?? []);
    const { repetitionPenalty = 1, repetitionWindow = REPETITION_WINDOW } = options;
    this.#recent = [];
    if (repetitionPenalty !== 1 && repetitionWindow > 0) {
      for (const token of history.slice(-Math.min(repetitionWindow, history.length))) this.#remember(token);
    }
  }

  /**
   * @param logits `[vocabulary]`; as before when this returns
   * @param allowed the tokens to choose from; the whole vocabulary where absent, or where none of them is possible
   * @param known of the whole row, if already known
   * @throws PaddockError `runtime` when the logits are not numbers, `bad-request` when the bias forbids every token
   */
  choose(logits: Float32Array, allowed?: Pool, known?: RowSummary): Choice {
    const summary = allowed ? undefined : known;
    const best = summary?.best ?? argMax(logits, allowed);
    const highest = logits[best] as number;
    if (allowed && highest === -Infinity) return this.choose(logits, undefined, known);
    // One value that is not a number makes the sum none.
    const normaliser = summary?.logSumExp ?? logSumExp(logits, highest, allowed);
    checkNumbers(highest, normaliser);
    return this.#chooseOf(logits, allowed, best, normaliser) ?? this.choose(logits, undefined, known);
  }

  #chooseOf(logits: Float32Array, allowed: Pool, best: number, normaliser: number): Choice | undefined {
    const token = this.#choose(logits, allowed, best);
    if (token === undefined) return undefined;
    this.#remember(token);
    const told = (each: number) => ({ token: each, logProbability: (logits[each] as number) - normaliser });
    const { alternatives = 0 } = this.#options;
    if (alternatives === 0) return told(token);
    this.#candidates.takeTop(logits, allowed, alternatives);
    return {
      ...told(token),
      alternatives: Array.from({ length: this.#candidates.count }, (_, i) => told(this.#candidates.at(i))),
    };
  }

  /**
   * How many of the largest logits decide each of the next choices, whatever the others are; undefined when all may matter. A penalty
   * above 1 only lowers logits, so as many more as tokens are penalised are enough.
   */
  needed(choices: number): number | undefined {
    const { temperature, topK, repetitionPenalty = 1, alternatives = 0 } = this.#options;
    const count = temperature === 0 ? 1 : topK;
    if (count === 0 || count > MOST_NEEDED || this.#bias.size > 0 || repetitionPenalty < 1) return undefined;
    const penalised = repetitionPenalty === 1 ? 0 : this.#occurrences.size + choices - 1;
    return Math.max(count + penalised, alternatives);
  }

  /**
   * As {@link choose}, from the largest logits alone, of which there are at least as many as {@link needed}.
   * @param vocabulary number of all tokens
   * @throws PaddockError `runtime` when the logits are not numbers
   */
  chooseFromTop({ tokens, logits, logSumExp: normaliser }: LargestLogits, vocabulary: number): Choice {
    checkNumbers(logits[0] as number, normaliser);
    if (this.#row.length !== vocabulary) this.#row = new Float32Array(vocabulary);
    for (let i = 0; i < tokens.length; i++) this.#row[tokens[i] as number] = logits[i] as number;
    return this.#chooseOf(this.#row, tokens, tokens[0] as number, normaliser) as Choice;
  }

  /** @returns undefined when the bias forbids every allowed token */
  #choose(logits: Float32Array, allowed: Pool, best: number): number | undefined {
    if (this.#bias.size === 0 && this.#occurrences.size === 0) return this.#pick(logits, allowed, best);
    try {
      this.#adjust(logits);
      const adjusted = argMax(logits, allowed);
      if (logits[adjusted] !== -Infinity) return this.#pick(logits, allowed, adjusted);
      if (allowed) return undefined;
      throw new PaddockError('bad-request', 'The logit bias forbids every token. Leave one.');
    } finally {
      for (const [token, logit] of this.#originals) logits[token] = logit;
      this.#originals.clear();
    }
  }

  #pick(logits: Float32Array, allowed: Pool, best: number): number {
    if (this.#options.temperature === 0) return best;
    const cut = this.#cut(logits, allowed, logits[best] as number);
    return this.#draw(logits, cut ? undefined : allowed, cut, logits[best] as number);
  }

  /** Bias, then penalty; few logits change, so they are changed in place. */
  #adjust(logits: Float32Array): void {
    const change = (token: number, changed: (logit: number) => number) => {
      if (token >= logits.length) {
        throw new PaddockError('bad-request', `${token} is not a token; the vocabulary has ${logits.length}.`);
      }
      const logit = logits[token] as number;
      if (!this.#originals.has(token)) this.#originals.set(token, logit);
      logits[token] = Math.min(changed(logit), LARGEST_FLOAT32);
    };
    for (const [token, bias] of this.#bias) change(token, (logit) => logit + bias);
    const { repetitionPenalty = 1 } = this.#options;
    for (const token of this.#occurrences.keys()) {
      change(token, (logit) => (logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty));
    }
  }

  /** Top-k, top-p, min-p. @returns undefined when nothing is cut */
  #cut(logits: Float32Array, allowed: Pool, highest: number): Candidates | undefined {
    const { topK, topP, minP = 0 } = this.#options;
    const left = this.#candidates;
    const least = highest + Math.log(minP);
    if (topK > 0) {
      left.takeTop(logits, allowed, topK);
      if (topP < 1) left.cutToShare(logits, topP, totalWeight(logits, left, highest), highest);
    } else if (topP < 1) {
      left.takeNucleus(logits, allowed, topP, highest);
    } else if (minP > 0) {
      left.takeAbove(logits, allowed, least);
    } else {
      return undefined;
    }
    if (minP > 0) left.cutBelow(logits, least);
    return left;
  }

  #draw(logits: Float32Array, allowed: Pool, cut: Candidates | undefined, highest: number): number {
    const { temperature } = this.#options;
    const count = cut ? cut.count : (allowed ?? logits).length;
    const at = (i: number) => (cut ? cut.at(i) : allowed ? (allowed[i] as number) : i);
    const weight = (token: number) => decay((highest - (logits[token] as number)) / temperature);
    let total = 0;
    for (let i = 0; i < count; i++) total += weight(at(i));
    let left = this.#random.next() * total;
    let drawn = at(0);
    for (let i = 0; i < count && left >= 0; i++) {
      const share = weight(at(i));
      if (share > 0) drawn = at(i); // what rounding leaves goes to the last that is possible
      left -= share;
    }
    return drawn;
  }

  #remember(token: number): void {
    const { repetitionPenalty = 1, repetitionWindow = REPETITION_WINDOW } = this.#options;
    if (repetitionPenalty === 1 || repetitionWindow === 0) return;
    this.#recent.push(token);
    this.#occurrences.set(token, (this.#occurrences.get(token) ?? 0) + 1);
    if (this.#recent.length <= repetitionWindow) return;
    const gone = this.#recent.shift() as number;
    const left = (this.#occurrences.get(gone) as number) - 1;
    if (left === 0) this.#occurrences.delete(gone);
    else this.#occurrences.set(gone, left);
  }
}

/** @param normaliser ln Σ exp over the row, which one value that is not a number makes none */
function checkNumbers(highest: number, normaliser: number): void {
  if (Number.isFinite(highest) && !Number.isNaN(normaliser)) return;
  throw new PaddockError('runtime', 'The model gives logits that are not numbers. Its weights are damaged.');
}

function totalWeight(logits: Float32Array, tokens: Candidates, highest: number): number {
  let total = 0;
  for (let i = 0; i < tokens.count; i++) total += decay(highest - (logits[tokens.at(i)] as number));
  return total;
}

/** Values among which the largest is looked for at once. */
const STRETCH = 2048;

/** The token with the largest value, the lowest of equals. */
export function argMax(values: Float32Array, pool?: Pool): number {
  if (pool) return argMaxOf(values, pool);
  // Four running maxima, because a comparison has to wait for the one before, and the place found afterwards, in its stretch only.
  let first = -Infinity;
  let second = -Infinity;
  let third = -Infinity;
  let fourth = -Infinity;
  let highest = -Infinity;
  let start = 0;
  const fours = values.length - (values.length % 4);
  for (let at = 0; at < fours; at += STRETCH) {
    const end = Math.min(at + STRETCH, fours);
    for (let i = at; i < end; i += 4) {
      const a = values[i] as number;
      const b = values[i + 1] as number;
      const c = values[i + 2] as number;
      const d = values[i + 3] as number;
      if (a > first) first = a;
      if (b > second) second = b;
      if (c > third) third = c;
      if (d > fourth) fourth = d;
    }
    const found = Math.max(first, second, third, fourth);
    if (found > highest) [highest, start] = [found, at];
  }
  for (let i = fours; i < values.length; i++) {
    if ((values[i] as number) > highest) [highest, start] = [values[i] as number, i];
  }
  return start + Math.max(0, values.subarray(start, start + STRETCH).indexOf(highest));
}

function argMaxOf(values: Float32Array, pool: ArrayLike<number>): number {
  let best = pool[0] as number;
  for (let i = 1; i < pool.length; i++) {
    const token = pool[i] as number;
    const difference = (values[token] as number) - (values[best] as number);
    if (difference > 0 || (difference === 0 && token < best)) best = token;
  }
  return best;
}

/** @param logits `[vocabulary]` */
export function summaryOf(logits: Float32Array): RowSummary {
  const best = argMax(logits);
  return { best, logSumExp: logSumExp(logits, logits[best] as number) };
}

/** log Σ exp(x), given the largest x so that nothing overflows. */
export function logSumExp(values: Float32Array, highest: number, pool?: Pool): number {
  let sum = 0;
  if (pool) {
    for (let i = 0; i < pool.length; i++) sum += decay(highest - (values[pool[i] as number] as number));
    return highest + Math.log(sum);
  }
  // Two sums, because an addition has to wait for the one before.
  let other = 0;
  const pairs = values.length - (values.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    sum += decay(highest - (values[i] as number));
    other += decay(highest - (values[i + 1] as number));
  }
  if (pairs < values.length) other += decay(highest - (values[pairs] as number));
  return highest + Math.log(sum + other);
}
