import { expect, it } from 'vitest';
import { DEVELOPMENT, HELD_OUT, OUTCOMES } from '../../../engine/tuning/audit/labelled.ts';

it('the labelled answers: enough of each outcome and language in both halves, none twice', () => {
  const all = [...DEVELOPMENT, ...HELD_OUT];
  expect(all.length).toBeGreaterThanOrEqual(200);
  expect(new Set(all.map(({ answer }) => answer)).size).toBe(all.length);
  for (const half of [DEVELOPMENT, HELD_OUT]) {
    for (const outcome of OUTCOMES) {
      const answers = half.filter((each) => each.outcome === outcome);
      expect(answers.length).toBeGreaterThanOrEqual(20);
      expect(answers.filter(({ answer }) => /\p{Script=Han}/u.test(answer)).length).toBeGreaterThanOrEqual(6);
    }
  }
});
