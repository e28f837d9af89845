import { featuresOf, type Heads, type Judgement, type Observed } from '../../engine/index.ts';
import { versionsOf, withJudgements } from './changes.ts';
import type { Known, Preferences } from './preferences.ts';
import type { StoredPreferences } from './stored.ts';

/** Suggestions saved together, since each save writes a file. */
const TOGETHER = 20;

interface Settled {
  readonly id: string;
  readonly at: number;
  readonly seen: Observed;
  readonly isTaken: boolean;
}

/**
 * What becomes of inline suggestions, as weak labels for the preference heads. They are collected in memory and then saved as numbers
 * like all other judgements.
 */
export class Suggestions {
  readonly #preferences: Preferences;
  readonly #onChange: () => void;
  readonly #waiting = new Map<string, Settled[]>();

  /** @param onChange told of each, also while it waits to be saved */
  constructor(preferences: Preferences, onChange: () => void) {
    this.#preferences = preferences;
    this.#onChange = onChange;
  }

  /** A model's suggestion was accepted, in part or whole, or was not. @param id unique */
  settled(model: string, settled: Settled): void {
    const waiting = this.#waiting.get(model) ?? [];
    waiting.push(settled);
    this.#waiting.set(model, waiting);
    if (waiting.length >= TOGETHER) void this.flush();
    else this.#onChange();
  }

  /** The preferences about a model as they are once its waiting ones are saved. */
  withWaiting({ stored, prior }: Known): Known {
    return { stored: withSettled(stored, prior, this.#waiting.get(stored.model) ?? []), prior };
  }

  /** Discards the waiting ones of a model. */
  forget(model: string): void {
    this.#waiting.delete(model);
  }

  /** Saves the waiting ones. Never rejects. */
  async flush(): Promise<void> {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const [model, waiting] of all) {
      await this.#preferences.change(model, (stored, prior) => withSettled(stored, prior, waiting));
    }
  }
}

function withSettled(stored: StoredPreferences, prior: Heads, settled: readonly Settled[]): StoredPreferences {
  const version = versionsOf(stored, prior).active;
  return withJudgements(
    stored,
    settled.map((each) => judgementOf(each, version, prior)),
  );
}

/** Unknown probabilities are taken to be average, which changes no score. */
function judgementOf({ id, at, seen, isTaken }: Settled, version: number, { mean }: Heads): Judgement {
  const about = { id: `suggestion-${id}`, at, version, head: 'helpful', kind: 'suggestion' } as const;
  return { ...about, features: featuresOf(seen, mean), isAccepted: isTaken };
}
