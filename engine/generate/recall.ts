import type { Gate } from '../ngrams/gate.ts';
import { type Level, levelsOf } from '../ngrams/levels.ts';
import { type Belief, Mixture } from '../ngrams/mixture.ts';
import { type Hidden, LONGEST_MATCH, MatchBuffer, TokenIndex } from '../ngrams/tokenIndex.ts';
import type { LogitRow } from '../runtime/modelRuntime.ts';
import { type LargestLogits, summaryOf } from '../sampling/sampler.ts';
import type { Draft, Drafter } from './promptLookup.ts';

/** Places looked at in an index, at most. */
const MOST_PLACES = 256;

/** How many of the largest logits are to be known where not all are: what else the mixture names has at most this share of the model's. */
export const LARGEST_KNOWN = 64;

/** Scopes of the gate: the workspace, and the timeline of the generation itself. */
const WORKSPACE = 0;
const TIMELINE = 1;

/**
 * What the model will say at a drafted place is unknown. It is assumed to agree with the longest context, with this confidence; the
 * mixture's best token is then right as often as a logistic curve over its probability predicts. Fitted on lines of three repositories,
 * by the default model.
 */
const SUPPOSED = 0.5;
const STEEPNESS = 8.7;
const EVEN = 0.41;

/** A draft ends where it is less likely than this to be right as a whole: a longer run would not pay. */
const LEAST_LIKELY = 0.2;

/** A choice, kept until it is known which token was right. */
export interface Recalled {
  readonly token: number;
  /** Tells the gate which it was. */
  learn(truth: number): void;
}

/**
 * What one generation remembers of the workspace and of its own timeline. It shifts the logits of a step towards what followed the same
 * tokens before, and drafts what it would then choose.
 */
export class Recall implements Drafter {
  readonly #workspace: TokenIndex;
  readonly #except: Hidden;
  readonly #gate: Gate;
  readonly #timeline = new TokenIndex();
  readonly #buffer = new MatchBuffer(MOST_PLACES);
  /** The end of the timeline, which is looked up. */
  #context: readonly number[] = [];
  /** What the next token is chosen from. */
  #mixture: Mixture | undefined;
  readonly #recalled: Recalled[] = [];

  /** @param except what of `workspace` the timeline is about */
  constructor(workspace: TokenIndex, except: Hidden, gate: Gate) {
    this.#workspace = workspace;
    this.#except = except;
    this.#gate = gate;
  }

  /** Appends tokens to the timeline. */
  follow(tokens: readonly number[]): void {
    for (const token of tokens) this.#timeline.push(token);
    this.#context = [...this.#context, ...tokens.slice(-LONGEST_MATCH)].slice(-LONGEST_MATCH);
  }

  /**
   * Mixes what is remembered into the logits of the token behind the timeline.
   * @param row all logits, changed in place, or the largest alone
   * @returns what the token is to be chosen from
   */
  mix<Row extends LogitRow | LargestLogits>(row: Row): Row {
    const belief = 'tokens' in row ? beliefOfTop(row) : beliefOf(row);
    const mixture = new Mixture(this.#levelsBehind(this.#context), this.#gate, belief);
    this.#mixture = mixture;
    const unit = belief.logSumExp - Math.log(mixture.left);
    if ('tokens' in row) return withLogits(row, mixture, unit) as Row;
    const { logits } = row;
    // No logit decreases, so the largest is one of these or the same as before.
    let { best } = belief;
    for (const [token, mixed] of mixture.named()) {
      logits[token] = Math.log(mixed) + unit;
      const difference = (logits[token] as number) - (logits[best] as number);
      if (difference > 0 || (difference === 0 && token < best)) best = token;
    }
    return { logits, summary: { best, logSumExp: unit } } as Row;
  }

  /** Appends the token chosen from what {@link mix} returned last. */
  take(token: number): void {
    const mixture = this.#mixture;
    if (mixture) this.#recalled.push({ token, learn: (truth) => mixture.learn(truth, this.#gate) });
    this.#mixture = undefined;
    this.follow([token]);
  }

  /** The choices of this generation, in order. */
  get recalled(): readonly Recalled[] {
    return this.#recalled;
  }

  /** What the mixture would choose if the model agreed, from one place to the next, in the workspace and in the timeline itself. */
  draft(_timeline: readonly number[], most: number, isEnd: (token: number) => boolean = () => false): Draft | undefined {
    const tokens: number[] = [];
    const chances: number[] = [];
    let context = this.#context;
    for (let all = 1; tokens.length < most && all >= LEAST_LIKELY; ) {
      const levels = this.#levelsBehind(context);
      const longest = levels.at(-1);
      if (!longest) break;
      const { best } = new Mixture(levels, this.#gate, agreeing(longest.best));
      if (isEnd(best.token)) break;
      const chance = 1 / (1 + Math.exp(-STEEPNESS * (best.probability - EVEN)));
      tokens.push(best.token);
      chances.push(chance);
      all *= chance;
      context = [...context.slice(1 - LONGEST_MATCH), best.token];
    }
    return tokens.length === 0 ? undefined : { tokens, chances };
  }

  /** What followed a context, from the least trusted to the most. */
  #levelsBehind(context: readonly number[]): Level[] {
    return [
      ...levelsOf(this.#workspace, WORKSPACE, context, this.#buffer, this.#except),
      ...levelsOf(this.#timeline, TIMELINE, context, this.#buffer),
    ].sort((a, b) => a.order - b.order || a.scope - b.scope);
  }
}

function agreeing(token: number): Belief {
  return { best: token, probability: (other) => (other === token ? SUPPOSED : 0) };
}

/** The distribution that logits stand for. */
interface LogitBelief extends Belief {
  readonly logSumExp: number;
}

function beliefOf(row: LogitRow): LogitBelief {
  const { logits } = row;
  const { best, logSumExp: normaliser } = row.summary ?? summaryOf(logits);
  return { best, logSumExp: normaliser, probability: (token) => Math.exp((logits[token] as number) - normaliser) };
}

/** Tokens that are not among the largest count as impossible. */
function beliefOfTop({ tokens, logits, logSumExp: normaliser }: LargestLogits): LogitBelief {
  const known = new Map(Array.from(tokens, (token, i) => [token, Math.exp((logits[i] as number) - normaliser)]));
  return { best: tokens[0] as number, logSumExp: normaliser, probability: (token) => known.get(token) ?? 0 };
}

/** The largest logits with those that the mixture names changed, the best first. */
function withLogits({ tokens, logits }: LargestLogits, mixture: Mixture, logSumExp: number): LargestLogits {
  const all = new Map(Array.from(tokens, (token, i) => [token, logits[i] as number]));
  for (const [token, mixed] of mixture.named()) all.set(token, Math.log(mixed) + logSumExp);
  const sorted = [...all].sort(([a, first], [b, second]) => second - first || a - b);
  return {
    tokens: Int32Array.from(sorted, ([token]) => token),
    logits: Float32Array.from(sorted, ([, logit]) => logit),
    logSumExp,
  };
}
