import type { Draft, Drafter } from './promptLookup.ts';

/**
 * Cost of a run of so many tokens, 1 to 8, in runs of one: what is measured on the native CPU, alike within a tenth for 110 and for 10
 * million parameters at 512 to 1 000 tokens of context. A table and no stopwatch, so that the same request makes the same runs.
 */
const RUN_COSTS: readonly number[] = [1, 1.24, 1.66, 1.97, 2.28, 2.56, 2.84, 3.1];

/** Levels of a draft are grouped: above the last all are one. */
const GROUPS = [1, 2, 3, 4, 6, 9, 13];

/**
 * Part of drafted tokens that is right by group before any is seen (measured on greedy completions of TypeScript by the default model);
 * as many observations as below stand behind it.
 */
const EXPECTED = [0.3, 0.5, 0.7, 0.75, 0.8, 0.85, 0.92];
const PRIOR_WEIGHT = 4;

/** Observations after which older ones count half. */
const MEMORY = 40;

/**
 * How often drafts have been right of late, and how long the next should be: the length with the most tokens for its cost, none where no
 * length pays.
 */
export class Acceptance {
  readonly #right: number[] = EXPECTED.map((share) => share * PRIOR_WEIGHT);
  readonly #seen: number[] = EXPECTED.map(() => PRIOR_WEIGHT);
  readonly #costs: readonly number[];

  /** @param costs of a run of 1, 2, 3 … tokens, in runs of one */
  constructor(costs = RUN_COSTS) {
    this.#costs = costs;
  }

  /** Tokens of a draft, at most. */
  get longest(): number {
    return this.#costs.length - 1;
  }

  /** Tells that of a draft so many tokens were right, and whether one was then wrong. */
  observe(level: number, right: number, wrong: boolean): void {
    const group = groupOf(level);
    this.#right[group] = (this.#right[group] as number) + right;
    this.#seen[group] = (this.#seen[group] as number) + right + (wrong ? 1 : 0);
    if ((this.#seen[group] as number) <= MEMORY) return;
    this.#right[group] = (this.#right[group] as number) / 2;
    this.#seen[group] = (this.#seen[group] as number) / 2;
  }

  /** Part of the drafted tokens of this level that are right, as far as is known. */
  share(level: number): number {
    const group = groupOf(level);
    return (this.#right[group] as number) / (this.#seen[group] as number);
  }

  /** How many tokens of a draft to verify: a run then yields 1 + p + p² + … tokens. */
  bestLength(level: number): number {
    const share = this.share(level);
    let best = 0;
    let bestSpeed = 1;
    let expected = 1;
    for (let length = 1; length <= this.longest; length++) {
      expected += share ** length;
      const speed = expected / (this.#costs[length] as number);
      if (speed <= bestSpeed) continue;
      best = length;
      bestSpeed = speed;
    }
    return best;
  }
}

function groupOf(level: number): number {
  let group = 0;
  while (group + 1 < GROUPS.length && level >= (GROUPS[group + 1] as number)) group++;
  return group;
}

/**
 * Speculative decoding of one generation (Leviathan et al. 2023; with a draft that is certain of itself it needs no correction of
 * probabilities): drafted tokens are run together, and those count that the sampler would have chosen anyway, from the same random
 * numbers. So the text is that of a generation without it, as far as runs of different sizes give the same logits: with float32
 * activations they do to five digits, and no text was seen to differ. With int8 activations a last digit can turn into a tenth of a logit,
 * as it can when a prompt's prefix is reused; where the two best tokens are closer than that, either may be taken. One in ten texts of
 * 48 tokens differs so (of 300; at most a tenth lay between the two). Running a doubtful token once more, alone, does not help,
 * because what differs are the keys and values before it: nearly as many texts differed.
 */
export class Speculation {
  readonly #drafter: Drafter;
  readonly #acceptance: Acceptance;
  /** The draft whose next token is compared with what is chosen, without having been run. */
  #watched: { readonly level: number; readonly token: number; readonly place: number } | undefined;
  #level = 0;
  #drafted = 0;
  #accepted = 0;

  constructor(drafter: Drafter, acceptance = new Acceptance()) {
    this.#drafter = drafter;
    this.#acceptance = acceptance;
  }

  /** Tokens that were drafted and run. */
  get drafted(): number {
    return this.#drafted;
  }

  /** Those of them that were right. */
  get accepted(): number {
    return this.#accepted;
  }

  /**
   * The tokens to run behind the last of the timeline.
   * @param most at most so many
   * @param isEnd whether the generation ends with this token, so that none behind it is of use
   */
  propose(timeline: readonly number[], most: number, isEnd: (token: number) => boolean): readonly number[] {
    this.#compareWatched(timeline);
    const draft = this.#drafter.draft(timeline, this.#acceptance.longest);
    if (!draft) return [];
    const end = draft.tokens.findIndex(isEnd);
    const length = Math.min(this.#acceptance.bestLength(draft.level), most, end < 0 ? Infinity : end);
    if (length === 0) this.#watch(draft, timeline.length);
    this.#level = draft.level;
    return draft.tokens.slice(0, length);
  }

  /** Tells how many of the proposed tokens were chosen, and whether another one was chosen instead of the next. */
  settle(proposed: number, right: number, wrong: boolean): void {
    this.#drafted += proposed;
    this.#accepted += right;
    this.#acceptance.observe(this.#level, right, wrong);
  }

  #watch({ level, tokens }: Draft, place: number): void {
    const [token] = tokens;
    if (token !== undefined) this.#watched = { level, token, place };
  }

  #compareWatched(timeline: readonly number[]): void {
    const watched = this.#watched;
    this.#watched = undefined;
    if (!watched || timeline.length <= watched.place) return;
    const isRight = timeline[watched.place] === watched.token;
    this.#acceptance.observe(watched.level, isRight ? 1 : 0, !isRight);
  }
}
