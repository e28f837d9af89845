import { describe, expect, it } from 'vitest';
import { chooseLowering } from '../../engine/generate/lowering.ts';
import { lowerLlama, openLlama } from '../support/engine.ts';
import { randomLlama, TINY_SHAPES } from '../support/llama.ts';
import { allBefore, logitsOf } from '../support/logitsOf.ts';
import { Random } from '../support/random.ts';
import { relativeError } from './compare.ts';

const BOUND = 1e-4;
const RUNS = 40;

/** Both kinds of attention work on caches of the same history: grown by runs of any length, cut short, and with tokens dropped from their middle. */
describe.each(Object.entries(TINY_SHAPES))('prefill computes what the plain graph does: %s', (_, shape) => {
  it.each([
    ['own graph', 'float32', 1],
    ['own graph', 'float32', 2],
    ['own graph', 'exact', 3],
    ['own graph', 'exact', 4],
    ['same graph', 'float32', 1],
    ['same graph', 'exact', 3],
  ] as const)('%s, %s, seed %i', async (prefillIn, precision, seed) => {
    const random = new Random(seed);
    const model = randomLlama(shape, 11);
    const runtime =
      prefillIn === 'own graph'
        ? (await openLlama(model, { precision })).runtime
        : await lowerLlama(model, chooseLowering('cpu', precision, { floatBytes: Infinity }));
    const [prefill, plain] = [runtime.newCache(), runtime.newCache()];
    for (let run = 0; run < RUNS; run++) {
      const count = Math.min(1 + random.below(random.uniform() < 0.5 ? 20 : 128), prefill.limit - prefill.length);
      if (count > 0) {
        const batch = { ids: random.tokens(count, shape.vocabulary), rows: [random.below(count), count - 1] };
        const expected = await logitsOf(runtime, { ...batch, sees: allBefore(plain.length, count) }, plain);
        expect(relativeError(await logitsOf(runtime, batch, prefill), expected), `run ${run}`).toBeLessThan(BOUND);
      }
      const [cut, start, dropped] = [random.below(prefill.length + 1), random.below(prefill.length), random.below(60)];
      const range = { start, end: Math.min(start + dropped, prefill.length) };
      for (const cache of [prefill, plain]) {
        if (run % 5 === 3) cache.truncate(cut);
        if (run % 5 === 4) cache.discard(range);
      }
    }
    await runtime.dispose();
  });
});

it.each(Object.entries(TINY_SHAPES))(
  'in fast precision it is as near to exact numbers as the plain graph: %s',
  async (_, shape) => {
    const model = randomLlama(shape, 12);
    const random = new Random(6);
    const [fast, exact] = [await openLlama(model, { precision: 'fast' }), await openLlama(model, { precision: 'exact' })];
    const errors = { prefill: 0, plain: 0 };
    for (let prompt = 0; prompt < 8; prompt++) {
      const ids = random.tokens(100, shape.vocabulary);
      const batch = { ids, rows: [99] };
      const expected = await logitsOf(exact.runtime, batch, exact.runtime.newCache());
      const error = async (other: object) =>
        relativeError(await logitsOf(fast.runtime, { ...batch, ...other }, fast.runtime.newCache()), expected);
      errors.prefill += (await error({})) / 8;
      errors.plain += (await error({ sees: allBefore(0, 100) })) / 8;
    }
    expect(errors.prefill).toBeLessThan(1.1 * errors.plain);
    for (const { runtime } of [fast, exact]) await runtime.dispose();
  },
);
