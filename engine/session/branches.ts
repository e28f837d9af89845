import { PaddockError } from '../errors.ts';
import type { Batch, Cache, LogitRow, SlotRange } from '../runtime/modelRuntime.ts';

/** What branches need from their session. */
export interface Trunk {
  readonly cache: Cache;
  run(batch: Batch): Promise<LogitRow[]>;
  /** Called once with the tokens that the timeline continues with. */
  end(kept: readonly number[]): void;
}

interface Branch {
  readonly tokens: number[];
  /** Where its tokens stand in the cache, when branches run together. */
  readonly slots: number[];
}

/** Tokens of one run when a branch is computed again. */
const CHUNK = 128;

/**
 * Continuations that share a prefix. Where the runtime can, one run advances them all by a token each: a token sees the prefix and its
 * own branch, and branches that have not parted yet share it. Otherwise they take turns at the end of a single cache, which is cheapest
 * if one is finished before the next begins.
 */
export class Branches {
  readonly count: number;
  /** Whether one run advances all of them. */
  readonly together: boolean;
  readonly #trunk: Trunk;
  readonly #prefix: number;
  readonly #branches: readonly Branch[];
  /** The branch whose tokens are in the cache after the prefix, when branches take turns. */
  #present: number | undefined;
  #ended = false;

  constructor(count: number, together: boolean, trunk: Trunk) {
    this.count = count;
    this.together = together;
    this.#trunk = trunk;
    this.#prefix = trunk.cache.length;
    this.#branches = Array.from({ length: count }, () => ({ tokens: [], slots: [] }));
  }

  /**
   * Appends a token to each branch that is given one.
   * @param tokens by branch; undefined leaves a branch as it is
   * @returns logits by branch, for those that were given a token; the same for branches that have the same tokens
   */
  async step(tokens: readonly (number | undefined)[]): Promise<(LogitRow | undefined)[]> {
    if (this.#ended) throw new PaddockError('bad-request', 'These branches have ended: their session went on without them.');
    const active = [...this.#branches.keys()].filter((branch) => tokens[branch] !== undefined);
    const next = active.map((branch) => tokens[branch] as number);
    const logits = new Array<LogitRow | undefined>(this.count).fill(undefined);
    if (this.together && active.length > 0) {
      const found = await this.#stepTogether(active, next);
      for (const [i, branch] of active.entries()) logits[branch] = found[i];
    } else {
      for (const [i, branch] of active.entries()) logits[branch] = await this.#stepAlone(branch, next[i] as number);
    }
    return logits;
  }

  /** Makes a branch the timeline of the session, and ends all branches. */
  async keep(branch: number): Promise<void> {
    if (this.#ended) throw new PaddockError('bad-request', 'These branches have ended: their session went on without them.');
    const { tokens, slots } = this.#branch(branch);
    if (this.together) this.#trunk.cache.keep([{ start: 0, end: this.#prefix }, ...ranges(slots)]);
    else await this.#turnTo(branch);
    this.#ended = true;
    this.#trunk.end(tokens);
  }

  /** Ends all branches; the timeline is what it was before. */
  abandon(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#trunk.cache.truncate(this.#prefix);
    this.#trunk.end([]);
  }

  /** Runs each different token once: branches are one as long as they have the same tokens. */
  async #stepTogether(active: readonly number[], next: readonly number[]): Promise<LogitRow[]> {
    const first = this.#trunk.cache.length;
    const rows: { readonly branch: Branch; readonly token: number }[] = [];
    const rowOf = active.map((number, i) => {
      const [branch, token] = [this.#branch(number), next[i] as number];
      const same = rows.findIndex((row) => row.token === token && row.branch.slots.at(-1) === branch.slots.at(-1));
      return same < 0 ? rows.push({ branch, token }) - 1 : same;
    });
    const found = await this.#trunk.run({
      ids: rows.map(({ token }) => token),
      positions: rows.map(({ branch }) => this.#prefix + branch.tokens.length),
      sees: rows.map(({ branch }, row) => [{ start: 0, end: this.#prefix }, ...ranges([...branch.slots, first + row])]),
      rows: rows.map((_, row) => row),
    });
    return active.map((number, i) => {
      const [branch, row] = [this.#branch(number), rowOf[i] as number];
      branch.tokens.push(next[i] as number);
      branch.slots.push(first + row);
      return found[row] as LogitRow;
    });
  }

  async #stepAlone(branch: number, token: number): Promise<LogitRow> {
    await this.#turnTo(branch);
    const [row] = await this.#trunk.run({ ids: [token], rows: [0] });
    this.#branch(branch).tokens.push(token);
    return row as LogitRow;
  }

  /** Computes a branch's tokens after the prefix, unless they are in the cache. */
  async #turnTo(branch: number): Promise<void> {
    if (this.#present === branch) return;
    this.#present = undefined;
    this.#trunk.cache.truncate(this.#prefix);
    const { tokens } = this.#branch(branch);
    for (let start = 0; start < tokens.length; start += CHUNK) {
      const ids = tokens.slice(start, start + CHUNK);
      await this.#trunk.run({ ids, rows: [ids.length - 1] });
    }
    this.#present = branch;
  }

  #branch(branch: number): Branch {
    const found = this.#branches[branch];
    if (!found) throw new PaddockError('bad-request', `There is no branch ${branch}; there are ${this.count}.`);
    return found;
  }
}

/** Ascending slots as ranges. */
function ranges(slots: readonly number[]): SlotRange[] {
  const found: { start: number; end: number }[] = [];
  for (const slot of slots) {
    const last = found.at(-1);
    if (last?.end === slot) last.end++;
    else found.push({ start: slot, end: slot + 1 });
  }
  return found;
}
