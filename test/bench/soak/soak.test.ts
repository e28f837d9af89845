import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultModel } from '../../engine/defaultModel.ts';
import { root } from '../../support/sources.ts';
import { flatness } from './flatness.ts';
import { Overseer } from './overseer.ts';
import { soakTable, violations } from './report.ts';
import { type Soaked, soak } from './run.ts';

const KEYS = 150;

describe('a session at the keys', () => {
  it('shows nothing stale, wants one computation at once, and nothing fails', async () => {
    const folders = [path.join(root, 'engine', 'generate')];
    const soaked = await soak({ folders, model: defaultModel, keys: KEYS, seed: 3, window: 512 });
    expect(violations(soaked)).toEqual([]);
    expect(soaked.outcomes.shown).toBeGreaterThan(KEYS / 10);
    expect(soaked.accepted).toBeGreaterThan(0);
    expect(soaked.mostWanted).toBe(1);
    expect(soakTable(soaked)).toContain('| suggestions that do not fit (0) | 0 |');
  }, 240_000);

  it('is told of what is wrong', () => {
    const growing = Array.from({ length: 300 }, (_, i) => 100e6 + 1e6 * i);
    const flat = growing.map(() => 100e6);
    const soaked = {
      stale: ['"a" + "b"'],
      errors: ['no'],
      mostWanted: 2,
      engineBytes: growing,
      hostBytes: flat,
    } as unknown as Soaked;
    expect(violations(soaked)).toEqual([
      'A suggestion does not fit its text: "a" + "b"',
      'Something failed: no',
      '2 computations were wanted at once.',
      expect.stringMatching(/^The memory of the engine grew by 4\d/),
    ]);
    expect(flatness(flat).growth).toBe(0);
  });
});

describe('Overseer', () => {
  const stats = { promptTokens: 1, reusedTokens: 0, generatedTokens: 1, drafted: 0, accepted: 0, prefillMs: 1, decodeMs: 1 };
  const overseer = new Overseer({
    complete: async () => ({ text: 'count(barrels, \n  true);', finish: 'stop', confidence: 1, marks: [], stats }),
    candidates: async () => [],
  });

  it('knows what was said of a text, and of what it has become by typing', async () => {
    const params = { prefix: 'let n = ', suffix: '\n', path: 'a.ts', maxTokens: 9, multiline: false };
    await overseer.complete(params, new AbortController().signal);
    expect(overseer.hasSaid('count(barrels, true)', 'let n = ', '\n')).toBe(true);
    expect(overseer.hasSaid('barrels,', 'let n = count(', ')\n')).toBe(true);
    expect(overseer.hasSaid('barrels,', 'let n = total(', ')\n')).toBe(false);
    expect(overseer.hasSaid('barrels,', 'let m = count(', '\n')).toBe(false);
    expect(overseer.hasSaid('barrels,', 'let n = count(', 'x\n')).toBe(false);
    expect(overseer.hasSaid('total(', 'let n = ', '\n')).toBe(false);
    expect(overseer.mostWanted).toBe(1);
  });
});
