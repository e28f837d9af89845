import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultModel } from '../../support/defaultModel.ts';
import { root } from '../../support/paths.ts';
import { flatness } from './flatness.ts';
import { Inspector, inspectorIn, memoryOf } from './memory.ts';
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
    for (const { live, collected } of [...soaked.engine, ...soaked.host]) expect(live).toBeLessThan(collected);
    expect(soaked.engine).toHaveLength(KEYS / 25);
  }, 240_000);

  it('is told of what is wrong', () => {
    const flat = Array.from({ length: 300 }, () => 100e6);
    const growing = flat.map((bytes, i) => bytes + 1e6 * i);
    const memory = (live: readonly number[], collected: readonly number[]) =>
      live.map((bytes, i) => ({ live: bytes, collected: collected[i], resident: growing[i], whole: true }));
    const soaked = {
      stale: ['"a" + "b"'],
      errors: ['no'],
      mostWanted: 2,
      engine: memory(growing, flat),
      host: memory(flat, growing),
    } as unknown as Soaked;
    expect(violations(soaked)).toEqual([
      'A suggestion does not fit its text: "a" + "b"',
      'Something failed: no',
      '2 computations were wanted at once.',
      expect.stringMatching(/^After the warm-up, what is alive of the engine grew by [89]\d/),
      expect.stringMatching(/^After the warm-up, resident set after a garbage collection of the host grew by [89]\d/),
    ]);
  });

  it('compares like with like: memory while the workspace memory was whole', () => {
    const sample = (i: number, whole: boolean, growth: number) => {
      const bytes = (whole ? 70e6 : 40e6) + growth * i;
      return { live: bytes, collected: bytes, resident: bytes, whole };
    };
    // Entered again eight times in the first half, never in the second.
    const session = (growth: number) => Array.from({ length: 400 }, (_, i) => sample(i, i > 200 || i % 25 > 5, growth));
    const soaked = (growth: number) =>
      ({ stale: [], errors: [], mostWanted: 1, engine: session(growth), host: session(0) }) as unknown as Soaked;
    expect(violations(soaked(0))).toEqual([]);
    expect(violations(soaked(30e3))).toHaveLength(2);
    expect(flatness(session(0).map(({ live }) => live)).growth).toBeGreaterThan(0.5);
  });

  it('has all growth in what stays, and nothing that comes and goes', () => {
    const saw = Array.from({ length: 300 }, (_, i) => 1000 + ((i * 7) % 30) + (Math.floor(i / 25) % 2) * 200);
    expect(Math.abs(flatness(saw).growth)).toBeLessThan(0.01);
    expect(flatness(saw.map((value, i) => value + 0.5 * i)).growth).toBeCloseTo((0.5 * 180) / 1060, 2);
    expect(flatness(saw.map((value, i) => value + (i < 230 ? 0 : 100))).growth).toBeGreaterThan(0.1);
    const { early, growth } = flatness(saw.map((value, i) => (i < 120 ? 1000 * i : value)));
    expect([Math.round(early / 100), Math.round(growth)]).toEqual([10, 0]);
  });
});

describe('memoryOf', () => {
  it('tells what another process holds from what it has let go of', async () => {
    const script = 'setInterval(() => {}, 1000)';
    const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      const address = await new Promise<string>((resolve) => {
        child.stderr.on('data', (data) => {
          const found = inspectorIn(String(data));
          if (found !== undefined) resolve(found);
        });
      });
      const inspector = await Inspector.connect(address);
      const run = (expression: string) => inspector.post('Runtime.evaluate', { expression });
      const before = await memoryOf(inspector.post);
      await run('void (globalThis.held = Array.from({ length: 1e6 }, (_, i) => ({ i })))');
      const holding = await memoryOf(inspector.post);
      expect(holding.live - before.live).toBeGreaterThan(16e6);
      expect(holding.collected - before.collected).toBeGreaterThan(16e6);
      await run('globalThis.held = undefined');
      const after = await memoryOf(inspector.post);
      expect(after.live - before.live).toBeLessThan(1e6);
      expect(after.resident - before.resident).toBeGreaterThan(16e6);
      child.kill();
      await expect(inspector.post('Runtime.evaluate', { expression: '1' })).rejects.toThrow('gone');
    } finally {
      child.kill('SIGKILL');
    }
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
