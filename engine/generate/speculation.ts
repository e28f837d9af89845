import type { Draft, Drafter } from './promptLookup.ts';

/**
 * Cost of a run of 1 to 12 tokens, relative to a run of one; measured on the native CPU, and within a tenth the same for 110 and for 8
 * million parameters at 300 to 850 tokens of context. It is a table rather than a stopwatch so that the same request makes the same runs.
 */
const RUN_COSTS: readonly number[] = [1, 1.21, 1.53, 1.84, 2.16, 2.46, 2.63, 2.9, 3.18, 3.43, 3.7, 4];

/** Upper bounds of the groups that drafted tokens fall into by the probability their source gives them. */
const BORDERS = [0.15, 0.4, 0.6, 0.72, 0.78, 0.83, 0.9, 0.96];

/** The source's own estimate counts as this many observations. */
const PRIOR_WEIGHT = 4;

/** Observations after which older ones count half. */
const MEMORY = 40;

/**
 * How often recent drafts were right, and how long the next should be: the length with the most tokens for its cost, or none if no length
 * pays.
 */
export class Acceptance {
  readonly #right = new Float64Array(BORDERS.length + 1);
  readonly #seen = new Float64Array(BORDERS.length + 1);
  readonly #costs: readonly number[];

  /** @param costs of a run of 1, 2, 3 … tokens, in runs of one */
  constructor(costs = RUN_COSTS) {
    this.#costs = costs;
  }

  /** Tokens of a draft, at most. */
  get longest(): number {
    return this.#costs.length - 1;
  }

  /** Records that so many tokens of a draft with these probabilities were right, and whether one was then wrong. */
  observe(chances: readonly number[], right: number, wrong: boolean): void {
    for (let i = 0; i < right + (wrong ? 1 : 0); i++) this.#count(groupOf(chances[i] as number), i < right);
  }

  /** Estimated share of right tokens among those drafted with this probability. */
  share(chance: number): number {
    const group = groupOf(chance);
    return ((this.#right[group] as number) + PRIOR_WEIGHT * chance) / ((this.#seen[group] as number) + PRIOR_WEIGHT);
  }

  /** How many tokens of a draft to verify: a run then yields 1 + p₁ + p₁p₂ + … tokens. */
  bestLength(chances: readonly number[]): number {
    let best = 0;
    let bestSpeed = 1;
    let expected = 1;
    let allRight = 1;
    for (let length = 1; length <= Math.min(this.longest, chances.length); length++) {
      allRight *= this.share(chances[length - 1] as number);
      expected += allRight;
      const speed = expected / (this.#costs[length] as number);
      if (speed <= bestSpeed) continue;
      best = length;
      bestSpeed = speed;
    }
    return best;
  }

  #count(group: number, isRight: boolean): void {
    const share = (this.#seen[group] as number) >= MEMORY ? 0.5 : 1;
    this.#right[group] = share * (this.#right[group] as number) + (isRight ? 1 : 0);
    this.#seen[group] = share * (this.#seen[group] as number) + 1;
  }
}

function groupOf(chance: number): number {
  let group = 0;
  while (group < BORDERS.length && chance >= (BORDERS[group] as number)) group++;
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
  #watched: { readonly chances: readonly number[]; readonly token: number; readonly place: number } | undefined;
  #chances: readonly number[] = [];
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
    const draft = this.#drafter.draft(timeline, Math.min(most, this.#acceptance.longest), isEnd);
    if (!draft) return [];
    const end = draft.tokens.findIndex(isEnd);
    const room = Math.max(0, Math.min(most, end < 0 ? Infinity : end));
    const length = this.#acceptance.bestLength(draft.chances.slice(0, room));
    if (length === 0) this.#watch(draft, timeline.length);
    this.#chances = draft.chances;
    return draft.tokens.slice(0, length);
  }

  /** Records how many of the proposed tokens were chosen, and whether another one was chosen instead of the next. */
  settle(proposed: number, right: number, wrong: boolean): void {
    this.#drafted += proposed;
    this.#accepted += right;
    this.#acceptance.observe(this.#chances, right, wrong);
  }

  #watch({ chances, tokens }: Draft, place: number): void {
    const [token] = tokens;
    if (token !== undefined) this.#watched = { chances, token, place };
  }

  #compareWatched(timeline: readonly number[]): void {
    const watched = this.#watched;
    this.#watched = undefined;
    if (!watched || timeline.length <= watched.place) return;
    const isRight = timeline[watched.place] === watched.token;
    this.#acceptance.observe(watched.chances, isRight ? 1 : 0, !isRight);
  }
}
