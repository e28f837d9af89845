import { featuresOf, type Heads, type Judgement, type Observed } from '../../engine/index.ts';
import { versionsOf, withJudgements } from './changes.ts';
import type { Preferences } from './preferences.ts';

/** Suggestions that are kept together: each by itself would be a file written. */
const TOGETHER = 20;

interface Settled {
  readonly id: string;
  readonly at: number;
  readonly seen: Observed;
  readonly isTaken: boolean;
}

/**
 * What becomes of inline suggestions, as weak labels of the preference heads. They wait in memory until there are some, and are then kept in
 * numbers like all other judgements.
 */
export class Suggestions {
  readonly #preferences: Preferences;
  readonly #waiting = new Map<string, Settled[]>();

  constructor(preferences: Preferences) {
    this.#preferences = preferences;
  }

  /** A suggestion of a model was taken, in part or whole, or was not. @param id the same for none other */
  settled(model: string, settled: Settled): void {
    const waiting = this.#waiting.get(model) ?? [];
    waiting.push(settled);
    this.#waiting.set(model, waiting);
    if (waiting.length >= TOGETHER) void this.flush();
  }

  /** Lets go of those of a model that wait. */
  forget(model: string): void {
    this.#waiting.delete(model);
  }

  /** Keeps those that wait. Never rejects. */
  async flush(): Promise<void> {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const [model, waiting] of all) {
      await this.#preferences.change(model, (stored, prior) => {
        const version = versionsOf(stored, prior).active;
        return withJudgements(
          stored,
          waiting.map((settled) => judgementOf(settled, version, prior)),
        );
      });
    }
  }
}

/** What is not known of its probabilities is taken to be as usual, which moves no score. */
function judgementOf({ id, at, seen, isTaken }: Settled, version: number, { mean }: Heads): Judgement {
  const about = { id: `suggestion-${id}`, at, version, head: 'helpful', kind: 'suggestion' } as const;
  return { ...about, features: featuresOf(seen, mean), isAccepted: isTaken };
}
