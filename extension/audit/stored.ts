import { isShare } from '../../webview/protocol/chatRefusals.ts';
import type { Memory } from '../storage/memory.ts';
import { type Audit, isAudit } from './audit.ts';

const AUDITS_KEY = 'refusalAudits';
const TARGETS_KEY = 'refusalTargets';
/** How many audits are kept, and how many requests in total: about twenty audits of all sets that ship with Paddock. */
const MOST_AUDITS = 12;
const MOST_REQUESTS = 10_000;
/** False refusals that are accepted unless the person says otherwise. */
export const USUAL_TARGET = 0.05;

/** The last audits of all models, the latest first, and the person's target for each. */
export class StoredAudits {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** The share of false refusals of a model that is accepted. @param model its key */
  targetOf(model: string): number {
    const stored = this.#targets[model];
    return isShare(stored) ? stored : USUAL_TARGET;
  }

  /** @param share null for the usual one */
  async setTarget(model: string, share: number | null): Promise<void> {
    const { [model]: _, ...others } = this.#targets;
    await this.#memory.update(TARGETS_KEY, share === null ? others : { ...others, [model]: share });
  }

  get all(): readonly Audit[] {
    const stored = this.#memory.get(AUDITS_KEY);
    return Array.isArray(stored) ? stored.filter(isAudit) : [];
  }

  /** Keeps an audit, in the place of one with its identifier; the oldest go where there are too many. */
  async keep(audit: Audit): Promise<void> {
    const kept: Audit[] = [];
    let requests = 0;
    for (const each of [audit, ...this.all.filter(({ id }) => id !== audit.id)].slice(0, MOST_AUDITS)) {
      requests += each.sets.reduce((sum, { ids }) => sum + ids.length, 0);
      if (kept.length === 0 || requests <= MOST_REQUESTS) kept.push(each);
    }
    await this.#memory.update(AUDITS_KEY, kept);
  }

  async remove(id: string): Promise<void> {
    await this.#memory.update(
      AUDITS_KEY,
      this.all.filter((each) => each.id !== id),
    );
  }

  /** By the keys of models. */
  get #targets(): Readonly<Record<string, unknown>> {
    const stored = this.#memory.get(TARGETS_KEY);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
