import { FEATURES, type Heads, type Judgement } from '../../../engine/index.ts';

/** Heads that rate short answers helpful, and answers with dangerous calls unsafe. */
export const prior: Heads = {
  mean: FEATURES.map(() => 0),
  scale: FEATURES.map(() => 1),
  helpful: { weight: FEATURES.map((name) => (name === 'log_length' ? -1 : 0)), bias: 1 },
  safe: { weight: FEATURES.map((name) => (name === 'dangerous' ? -4 : 0)), bias: 2 },
  unsafeBelow: 0.15,
};

/** Features of an answer of this length (as a logarithm) and with this many dangerous calls. */
export function features(length: number, dangerous = 0): number[] {
  return FEATURES.map((name) => (name === 'log_length' ? length : name === 'dangerous' ? dangerous : 0));
}

/** A comparison by somebody who prefers long answers. */
export function comparison(id: string, at = 0): Judgement {
  const judged = { id, at, version: 0, head: 'helpful', kind: 'comparison' } as const;
  return { ...judged, chosen: features(3), rejected: features(1), grade: 'better' };
}

export function suggestion(id: string): Judgement {
  return { id, at: 0, version: 0, head: 'helpful', kind: 'suggestion', features: features(1), isAccepted: true };
}

export const several = (count: number, make: (id: string) => Judgement) =>
  Array.from({ length: count }, (_, i) => make(`judgement-${i}`));

/** Words that tests can tell apart. */
export const words = {
  when: (time: number) => `day ${time}`,
  fewComparisons: (most: number, there: number, wanted: number) => `${most}: ${there} of ${wanted}`,
  lowAccuracy: (most: number, accuracy: number, wanted: number) => `${most}: ${accuracy} < ${wanted}`,
};
