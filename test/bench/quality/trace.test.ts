import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';
import { replay } from './replay.ts';
import { editBetween, parseTrace } from './trace.ts';
import { NOTHING_IN_VAIN } from './watched.ts';

describe('a recording', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('has the one edit between two texts', () => {
    expect(editBetween('a = ;', 'a = 12;', 80)).toEqual({ ms: 80, at: 4, removed: 0, text: '12' });
    expect(editBetween('a = 12;', 'a = 2;', 80)).toEqual({ ms: 80, at: 4, removed: 1, text: '' });
    expect(editBetween('aa', 'aaa', 1)).toEqual({ ms: 1, at: 2, removed: 0, text: 'a' });
    expect(editBetween('aaa', 'aa', 1)).toEqual({ ms: 1, at: 2, removed: 1, text: '' });
    expect(editBetween('one', 'two', 1)).toEqual({ ms: 1, at: 0, removed: 3, text: 'two' });
    expect(editBetween('one', 'one', 1)).toBeUndefined();
  });

  it('is refused where a line is no edit of the text', () => {
    const head = JSON.stringify({ path: 'a.ts', text: 'abc' });
    const edit = (at: number, removed: number) => JSON.stringify({ ms: 1, at, removed, text: 'd' });
    expect(parseTrace(`${head}\n${edit(3, 0)}\n${edit(0, 4)}\n`, 'x').edits).toHaveLength(2);
    expect(() => parseTrace(`${head}\n${edit(3, 1)}\n`, 'x.jsonl')).toThrow(
      'x.jsonl: line 2 is no edit of a text of 3 characters.',
    );
    expect(() => parseTrace(`${edit(0, 0)}\n`, 'x.jsonl')).toThrow('x.jsonl: the first line has no path and text.');
  });

  it('is replayed: who types on is not asked, who pauses is; what agrees is known', async () => {
    const stats = { promptTokens: 9, reusedTokens: 8, generatedTokens: 5, drafted: 0, accepted: 0, prefillMs: 1, decodeMs: 1 };
    const prefixes: string[] = [];
    const engine: CompletionEngine = {
      complete: async ({ prefix, ahead }) => {
        if (!ahead) prefixes.push(prefix);
        const text = ahead ? '' : 'compute(all);';
        return { text, finish: 'stop', confidence: 1, marks: [{ end: text.length, logProbability: 0 }], stats };
      },
      candidates: async () => [],
    };
    const typed = (text: string, at: number, ms: number) => ({ ms, at, removed: 0, text });
    const edits = [typed('x', 0, 0), typed(' ', 1, 1), typed('=', 2, 1), typed(' ', 3, 1), typed('c', 4, 900), typed('o', 5, 1)];
    const keys = await replay(engine, { path: 'a.ts', text: '\n', edits }, (ms) => vi.advanceTimersByTimeAsync(ms));
    expect(prefixes).toEqual(['x = ']);
    expect(keys.map(({ suggested, computed }) => [suggested, computed])).toEqual([
      [false, false],
      [false, false],
      [false, false],
      [true, true],
      [true, false],
      [true, false],
    ]);
    expect(keys.map(({ steps, inVain }) => [steps, inVain]).at(-1)).toEqual([10, { ...NOTHING_IN_VAIN, ahead: 5 }]);
  });
});
