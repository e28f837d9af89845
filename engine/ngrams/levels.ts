import type { Hidden, MatchBuffer, TokenIndex } from './tokenIndex.ts';

/** Lengths of contexts that are told apart. */
export const ORDERS: readonly number[] = [2, 3, 4, 5, 6, 8, 12, 16];

/** What followed a context of some length, as counts. */
export interface Level {
  /** Index into {@link ORDERS}: the longest order that has exactly these places. */
  readonly order: number;
  /** Which index it was found in. */
  readonly scope: number;
  readonly total: number;
  readonly counts: ReadonlyMap<number, number>;
  /** The most frequent token, and how often. */
  readonly best: number;
  readonly bestCount: number;
}

/**
 * What followed the end of `context` in an index, for each length of context that makes a difference, shortest first: nested n-gram
 * counts (Hellendoorn and Devanbu, FSE 2017), read off the places themselves instead of stored n-grams.
 */
export function levelsOf(
  index: TokenIndex,
  scope: number,
  context: ArrayLike<number>,
  buffer: MatchBuffer,
  except?: Hidden,
): Level[] {
  index.find(context, buffer, except);
  const levels: Level[] = [];
  let known = 0;
  for (let order = ORDERS.length - 1; order >= 0; order--) {
    const total = agreeing(buffer, ORDERS[order] as number);
    if (total === known) continue;
    known = total;
    levels.push(levelOf(index, scope, order, total, buffer));
  }
  return levels.reverse();
}

function agreeing({ count, lengths }: MatchBuffer, least: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) if ((lengths[i] as number) >= least) total++;
  return total;
}

function levelOf(index: TokenIndex, scope: number, order: number, total: number, { count, lengths, places }: MatchBuffer): Level {
  const counts = new Map<number, number>();
  let best = -1;
  let bestCount = 0;
  for (let i = 0; i < count; i++) {
    if ((lengths[i] as number) < (ORDERS[order] as number)) continue;
    const token = index.next(places[i] as number);
    const seen = (counts.get(token) ?? 0) + 1;
    counts.set(token, seen);
    if (seen <= bestCount) continue; // of equals the one seen in the more recent places
    best = token;
    bestCount = seen;
  }
  return { order, scope, total, counts, best, bestCount };
}
