import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Random } from '../../../../engine/sampling/random.ts';
import { FEATURES, FIRST_OF_STATE, featuresOf, type Observed } from '../../../../engine/tuning/preference/features.ts';
import { projectedState, STATE_SIZE } from '../../../../engine/tuning/preference/state.ts';
import { normal } from './synthetic.ts';

interface Golden {
  readonly names: readonly string[];
  readonly cases: readonly (Observed & { readonly features: readonly number[] })[];
}

const golden = JSON.parse(readFileSync(new URL('./features.json', import.meta.url), 'utf8')) as Golden;

test('features are those that the shipped heads were fitted on, in their order', () => {
  expect(FEATURES).toEqual(golden.names);
});

test('each feature of 322 answers equals that of the Python code that fits the heads', () => {
  expect(golden.cases).toHaveLength(322);
  for (const { features, ...observed } of golden.cases) {
    for (const [i, value] of featuresOf(observed).entries()) {
      expect(value, `${FEATURES[i]} of ${JSON.stringify(observed)}`).toBeCloseTo(features[i] as number, 9);
    }
  }
});

test('a hidden state is projected as Python does', () => {
  const rows = JSON.parse(readFileSync(new URL('./state.json', import.meta.url), 'utf8')) as readonly {
    readonly logits: readonly number[];
    readonly state: readonly number[];
  }[];
  expect(rows).toHaveLength(2);
  for (const { logits, state } of rows) {
    const found = projectedState(Float32Array.from(logits));
    expect(found).toHaveLength(FEATURES.length - FIRST_OF_STATE);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(state[i] as number, 4);
  }
});

test('a projected hidden state keeps distances, ignores an added constant, and leaves out what is not finite', () => {
  const random = new Random(5);
  const rows = Array.from({ length: 40 }, () => Float32Array.from({ length: 2000 }, () => 3 * normal(random)));
  const length = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
  const shares = rows.map((row) => length(projectedState(row)) / Math.sqrt(STATE_SIZE) / (length(row) / Math.sqrt(row.length)));
  expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeCloseTo(1, 1);
  const [row = new Float32Array()] = rows;
  const near = projectedState(row).map((value) => expect.closeTo(value, 3));
  expect(projectedState(row.map((value) => value + 100))).toEqual(near);
  const masked = Float32Array.from([...row, Number.NEGATIVE_INFINITY]);
  expect(projectedState(masked).every(Number.isFinite)).toBe(true);
});

test('unknown entropies or ends are replaced by given values; without those the error says what is missing', () => {
  const observed = { before: '', after: '', text: 'a', logProbabilities: [-1] };
  const typical = FEATURES.map((_, i) => 100 + i);
  const found = featuresOf(observed, typical);
  expect(found[4]).toBe(104);
  expect(found[5]).toBe(105);
  expect(found[0]).toBe(-1);
  expect(found.slice(FIRST_OF_STATE)).toEqual(typical.slice(FIRST_OF_STATE));
  expect(() => featuresOf(observed)).toThrow(/mean_entropy/);
});
