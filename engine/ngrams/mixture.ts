import { featuresOf, type Gate } from './gate.ts';
import type { Level } from './levels.ts';

/** The model's distribution of the next token. */
export interface Belief {
  /** Its most probable token. */
  readonly best: number;
  probability(token: number): number;
}

interface Part {
  readonly level: Level;
  readonly features: readonly number[];
  /** The level's share of the probability against all that is shorter, 0–1. */
  readonly trust: number;
}

/**
 * The model's distribution of the next token, mixed with what followed this context before. From the shortest context to the longest each
 * level takes its share:
 *
 *     p(token) ← (1 − trust) · p(token) + trust · count(token) / total
 *
 * so the model is what is left where nothing is known. Tokens that no level names keep their ratios to each other.
 */
export class Mixture {
  readonly #parts: readonly Part[];
  /** For the tokens that some level names: their probability by the model, and in the mixture. */
  readonly #named = new Map<number, { readonly model: number; readonly mixed: number }>();
  readonly #left: number;

  /** @param levels from the least trusted to the most */
  constructor(levels: readonly Level[], gate: Gate, belief: Belief) {
    const confidence = belief.probability(belief.best);
    this.#parts = levels.map((level) => {
      const features = featuresOf(level, belief.best, confidence);
      return { level, features, trust: gate.trust(features) };
    });
    this.#left = this.#parts.reduce((left, { trust }) => left * (1 - trust), 1);
    for (const { counts } of levels) {
      for (const token of counts.keys()) {
        if (this.#named.has(token)) continue;
        const model = belief.probability(token);
        const mixed = this.#parts.reduce((sum, { level, trust }) => (1 - trust) * sum + trust * share(level, token), model);
        this.#named.set(token, { model, mixed });
      }
    }
  }

  /** Share of the probability left to the model: the factor that a token no level names keeps. */
  get left(): number {
    return this.#left;
  }

  /** The tokens that some level names, with their probabilities. */
  *named(): Generator<readonly [token: number, probability: number]> {
    for (const [token, { mixed }] of this.#named) yield [token, mixed];
  }

  /** The most probable of these, the one of the shorter context of equals; token −1 where no level names any. */
  get best(): { readonly token: number; readonly probability: number } {
    let token = -1;
    let probability = 0;
    for (const [named, { mixed }] of this.#named) {
      if (mixed <= probability) continue;
      token = named;
      probability = mixed;
    }
    return { token, probability };
  }

  /** Tells the gate which token it was. */
  learn(token: number, gate: Gate): void {
    // For a token that no level names, no level contributed, whatever the model gave it.
    let before = this.#named.get(token)?.model ?? 1;
    for (const { level, features, trust } of this.#parts) {
      const given = trust * share(level, token);
      const after = (1 - trust) * before + given;
      if (after > 0) gate.learn(features, given / after - trust);
      before = after;
    }
  }
}

function share({ counts, total }: Level, token: number): number {
  return (counts.get(token) ?? 0) / total;
}
