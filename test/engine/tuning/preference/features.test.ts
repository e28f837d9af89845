import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FEATURES, featuresOf, type Observed } from '../../../../engine/tuning/preference/features.ts';

interface Golden {
  readonly names: readonly string[];
  readonly cases: readonly (Observed & { readonly features: readonly number[] })[];
}

const golden = JSON.parse(readFileSync(new URL('./features.json', import.meta.url), 'utf8')) as Golden;

test('features are those that the shipped heads were fitted on, in their order', () => {
  expect(FEATURES).toEqual(golden.names);
});

test('each feature is what the Python that fits the heads says, of 145 answers', () => {
  expect(golden.cases).toHaveLength(145);
  for (const { features, ...observed } of golden.cases) {
    for (const [i, value] of featuresOf(observed).entries()) {
      expect(value, `${FEATURES[i]} of ${JSON.stringify(observed)}`).toBeCloseTo(features[i] as number, 9);
    }
  }
});

test('where entropies or the end are not known, what is given stands for them; without that it is said what is missing', () => {
  const observed = { before: '', after: '', text: 'a', logProbabilities: [-1] };
  const typical = FEATURES.map((_, i) => 100 + i);
  const found = featuresOf(observed, typical);
  expect(found[4]).toBe(104);
  expect(found[5]).toBe(105);
  expect(found[0]).toBe(-1);
  expect(() => featuresOf(observed)).toThrow(/mean_entropy/);
});
