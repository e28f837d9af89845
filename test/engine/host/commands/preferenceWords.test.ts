import { expect, test } from 'vitest';
import { bestInWords } from '../../../../engine/host/commands/preferenceWords.ts';
import { meterOf } from '../../../../engine/tuning/preference/meter.ts';
import { majorityVote } from '../../../../engine/tuning/preference/vote.ts';
import { NO_HEADS } from '../../tuning/preference/synthetic.ts';

/** A report on answers, all with the same scores. */
function told(...texts: readonly string[]): string {
  const vote = majorityVote(texts);
  return bestInWords({
    prior: { of: 'model', path: '/models/foal' },
    asked: texts.length,
    meter: meterOf(NO_HEADS, NO_HEADS, []),
    temperature: 1,
    abreast: texts.length,
    tagged: false,
    divergence: 0,
    orderStatistic: 0,
    candidates: texts.map((text, index) => {
      return { index, text, outcome: 'complies', helpful: 0.5, safe: 0.9, probability: 0.5, by: 'helpful', reward: 0 };
    }),
    ...(vote && { vote }),
    stats: { generatedTokens: 4, milliseconds: 10 },
  });
}

test('answers vote if some of them agree', () => {
  expect(told('5', '4', 'It is 4.')).toMatch(/2 of 3 say the same \(67%\), the first of them answer 2$/);
  expect(told('5', '4', '6')).not.toContain('say the same');
});
