import { describe, expect, it } from 'vitest';
import { type Hidden, MatchBuffer, TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import { Random } from '../../support/random.ts';

const tokensOf = (random: Random, length: number, vocabulary: number) => Array.from({ length }, () => random.below(vocabulary));

/** What followed each earlier occurrence of the end of `context`, with the number of matching tokens, found by exhaustive search. */
function search(documents: ReadonlyMap<string, readonly number[]>, context: readonly number[], except?: string): string[] {
  const found: string[] = [];
  for (const [name, tokens] of documents) {
    if (name === except) continue;
    for (let place = 0; place + 1 < tokens.length; place++) {
      let length = 0;
      while (length < 16 && length <= place && length < context.length) {
        if (tokens[place - length] !== context[context.length - 1 - length]) break;
        length++;
      }
      if (length >= 2) found.push(`${length} → ${tokens[place + 1]}`);
    }
  }
  return found.sort();
}

function find(index: TokenIndex, context: readonly number[], except?: Hidden): string[] {
  const { count, places, lengths } = index.find(context, new MatchBuffer(1 << 14), except);
  return Array.from({ length: count }, (_, i) => `${lengths[i]} → ${index.next(places[i] as number)}`).sort();
}

describe('TokenIndex', () => {
  it('finds the same as an exhaustive search while documents are added, changed and removed', () => {
    const random = new Random(11);
    const index = new TokenIndex();
    const documents = new Map<string, number[]>();
    let found = 0;
    for (let round = 0; round < 400; round++) {
      const name = `file ${random.below(30)}`;
      if (random.uniform() < 0.3) {
        documents.delete(name);
        index.delete(name);
      } else {
        const tokens = tokensOf(random, random.below(200), 6);
        documents.set(name, tokens);
        index.set(name, tokens);
      }
      const [except] = documents.keys();
      const context = tokensOf(random, random.below(20), 6);
      const expected = search(documents, context, except);
      expect(find(index, context, except === undefined ? undefined : { document: except })).toEqual(expected);
      found += expected.length;
    }
    expect(index.documents).toBe(documents.size);
    expect(found).toBeGreaterThan(10_000);
  });

  it('leaves out a part of a document, or all of it if its text has changed', () => {
    const index = new TokenIndex();
    index.set('other', [9, 9]);
    index.set('own', [1, 2, 10, 1, 2, 20, 1, 2, 30]);
    expect([...(index.tokensOf('own') ?? [])]).toEqual([1, 2, 10, 1, 2, 20, 1, 2, 30]);
    expect(index.tokensOf('gone')).toBeUndefined();
    const middle = index.hide('own', 3, 6);
    expect(find(index, [1, 2], middle)).toEqual(['2 → 10', '2 → 30']);
    index.set('other', [1, 2, 40]);
    expect(find(index, [1, 2], middle)).toEqual(['2 → 10', '2 → 30', '2 → 40']);
    index.set('own', [1, 2, 50]);
    expect(find(index, [1, 2], middle)).toEqual(['2 → 40']);
    expect(find(index, [1, 2], index.hide('gone', 0, 1))).toEqual(['2 → 40', '2 → 50']);
  });

  it('returns long matches before short ones, and of these the most recent first', () => {
    const index = new TokenIndex();
    index.set('old', [1, 2, 3, 4, 5, 10]);
    index.set('new', [1, 2, 3, 4, 5, 20]);
    index.set('short', [4, 5, 30]);
    const { count, places, lengths } = index.find([1, 2, 3, 4, 5], new MatchBuffer(8));
    expect(Array.from({ length: count }, (_, i) => [lengths[i], index.next(places[i] as number)])).toEqual([
      [5, 20],
      [5, 10],
      [2, 30],
    ]);
    index.set('old', [1, 2, 3, 4, 5, 11]);
    expect(index.next(index.find([1, 2, 3, 4, 5], new MatchBuffer(8)).places[0] as number)).toBe(11);
  });

  it('keeps room for long matches if there are many short ones', () => {
    const index = new TokenIndex();
    index.set('long', [1, 2, 3, 4, 5, 6, 99]);
    for (let i = 0; i < 100; i++) index.set(`common ${i}`, [5, 6, i]);
    const { lengths } = index.find([1, 2, 3, 4, 5, 6], new MatchBuffer(16));
    expect(lengths[0]).toBe(6);
  });

  it('grows with a text, token by token', () => {
    const index = new TokenIndex();
    for (const token of [1, 2, 3, 9, 1, 2]) index.push(token);
    expect(find(index, [1, 2])).toEqual(['2 → 3']);
  });

  it('takes no more memory for documents that are entered again and again', () => {
    const random = new Random(7);
    const index = new TokenIndex();
    const documents = Array.from({ length: 100 }, () => tokensOf(random, 800, 900));
    const sizes = Array.from({ length: 20 }, () => {
      for (const [i, tokens] of documents.entries()) index.set(`file ${i}`, tokens);
      return index.bytes;
    });
    expect(new Set(sizes)).toEqual(new Set([sizes[0]]));
  });

  it('takes less than 30 bytes per token, and frees those of removed documents', () => {
    const random = new Random(12);
    const index = new TokenIndex();
    for (let i = 0; i < 300; i++) index.set(`file ${i}`, tokensOf(random, 1000, 5000));
    expect(index.size).toBe(300 * 1001);
    expect(index.bytes / index.size).toBeLessThan(30);
    const before = index.bytes;
    for (let i = 0; i < 280; i++) index.delete(`file ${i}`);
    expect(index.bytes).toBeLessThan(before / 4);
    expect(index.size).toBe(20 * 1001);
    index.clear();
    expect([index.size, index.documents]).toEqual([0, 0]);
    expect(find(index, [1, 2])).toEqual([]);
  });

  it('stores 100 000 lines of code in 64 MB', () => {
    // The default model's tokenizer makes 9 tokens of a line (`npm run bench:memory`).
    const random = new Random(13);
    const index = new TokenIndex();
    for (let i = 0; i < 1000; i++) index.set(`file ${i}`, tokensOf(random, 100 * 15, 8192));
    expect(index.size).toBe(1000 * 1501);
    expect(index.bytes).toBeLessThan(64e6);
  });

  it('finds nothing for contexts that are too short, or at the end of a document', () => {
    const index = new TokenIndex();
    index.set('a', [1, 2]);
    index.set('b', [3, 4]);
    for (const context of [[], [1], [1, 2], [2, 3]]) expect(find(index, context)).toEqual([]);
  });
});
