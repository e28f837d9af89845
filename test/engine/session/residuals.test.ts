import { expect, it } from 'vitest';
import type { Batch } from '../../../engine/runtime/modelRuntime.ts';
import { residualsAt } from '../../../engine/session/residuals.ts';
import { Session } from '../../../engine/session/session.ts';
import { type FakeCache, FakeRuntime } from '../../support/fakeRuntime.ts';

const LAYERS = 3;

/** A residual stream in which each value encodes the layer and the token's place in the sequence. */
class ObservedRuntime extends FakeRuntime {
  readonly canSteer = true;

  async observe(batch: Batch, cache: FakeCache): Promise<Float32Array> {
    const first = cache.length;
    await this.run(batch, cache);
    const stream = Array.from({ length: LAYERS }, (_, layer) => batch.rows.flatMap((row) => [layer, first + row]));
    return Float32Array.from(stream.flat());
  }
}

it('the residual stream can be read at any tokens, across several runs', async () => {
  const runtime = new ObservedRuntime();
  const tokens = Array.from({ length: 400 }, (_, i) => i % 32);
  const positions = [3, 127, 130, 131, 390];
  const expected = Array.from({ length: LAYERS }, (_, layer) => positions.flatMap((at) => [layer, at])).flat();
  expect([...(await residualsAt(runtime, tokens, positions, { layers: LAYERS }))]).toEqual(expected);
  expect(runtime.runs).toEqual([128, 128, 128, 16]);
  expect([...(await residualsAt(runtime, tokens, [300], { layers: LAYERS }))]).toEqual([0, 300, 1, 300, 2, 300]);
});

it.each([[[]], [[5, 5]], [[400]], [[-1]]])('reading it at the tokens %j is refused', async (positions) => {
  const reading = residualsAt(new ObservedRuntime(), [1, 2, 3], positions, { layers: LAYERS });
  await expect(reading).rejects.toMatchObject({ code: 'bad-request' });
});

it('a model with a graph of its own can be neither observed nor steered', async () => {
  const runtime = new FakeRuntime();
  await expect(residualsAt(runtime, [1], [0], { layers: 1 })).rejects.toMatchObject({ code: 'bad-request' });
  const steering = { mode: 'add', coefficient: 1, directions: new Float32Array(4) } as const;
  expect(() => new Session(runtime, { steering })).toThrow(/cannot be steered/);
});
