import { bucketsUpTo, lossAt, type PowerLaw } from '../../../engine/index.ts';
import type { Measurement } from '../../../extension/contextMeasurement/measurement.ts';

const OWN: PowerLaw = { alpha: 6, beta: 0.5, gamma: 1.2 };
const NTK: PowerLaw = { alpha: 8, beta: 0.45, gamma: 1.25 };

/** What the rules that are checked in answers are called. */
export const ruleNames = {
  typescript: 'TypeScript only',
  noComments: 'No comments',
  fiveLines: 'At most 5 lines',
  chinese: 'Chinese',
};

/** A measurement that follows known laws, with some stretches a little above and some below. */
export function someMeasurement(change: Partial<Measurement> = {}): Measurement {
  const { contexts } = bucketsUpTo(1_024);
  const rows = (scaling: string, law: PowerLaw) =>
    [-0.02, 0.01, 0.01].map((off, row) => ({
      scaling,
      losses: contexts.map((context, i) => lossAt(law, context) + (i % 2 === row % 2 ? off : -off) * 0.5),
    }));
  const score = (scaling: string, length: number | null, value: number) => ({ scaling, length, score: value });
  return {
    at: Date.UTC(2026, 10, 21, 12),
    window: 1_024,
    scalings: [
      { scaling: 'own', value: 1 },
      { scaling: 'ntk', value: 2 },
    ],
    losses: [...rows('own', OWN), ...rows('ntk:2', NTK)],
    scores: [
      ...[score('own', null, 0.1), score('own', 256, 0.9), score('own', 256, 0.7), score('own', 512, 0.6)],
      ...[score('own', 1_024, 0.3), score('ntk:2', 256, 0.75), score('ntk:2', 512, 0.7), score('ntk:2', 1_024, 0.5)],
    ],
    msPerToken: 0.5,
    bytesPerToken: 12_288,
    isComplete: true,
    ...change,
  };
}
