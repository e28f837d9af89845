import { expect, test } from 'vitest';
import { evidenceOf, firstLine, type Suggestion } from '../../../extension/completion/likelihood.ts';
import { COST, EAGERNESS, isWorthShowing, logOdds, ownLogOdds } from '../../../extension/completion/showFilter.ts';

test('the first line is the first with something visible on it', () => {
  expect(firstLine('a();\nb();')).toBe('a();');
  expect(firstLine('\n  a();\n  b();')).toBe('\n  a();');
  expect(firstLine('')).toBe('');
});

/** `return` ` count` `(` `x` `)` `;\n` `}`, with logarithms of probabilities. */
const suggestion: Suggestion = {
  text: 'return count(x);\n}',
  said: 'return count(x);\n}\nfoo',
  marks: [6, 12, 13, 14, 15, 17, 18, 22].map((end, i) => ({ end, logProbability: -(2 ** -i) })),
};

test("only the tokens of a suggestion's first line count", () => {
  const logProbability = -(1 + 1 / 2 + 1 / 4 + 1 / 8 + 1 / 16 + 1 / 32);
  expect(evidenceOf(suggestion)).toEqual({ logProbability, characters: 16 });
});

test('typed text does not count; of a token typed in part the rest does', () => {
  expect(evidenceOf(suggestion, 13)).toEqual({ logProbability: -7 / 32, characters: 3 });
  expect(evidenceOf(suggestion, 3)).toEqual({ logProbability: -31 / 32 - 1 / 2, characters: 13 });
  expect(evidenceOf(suggestion, 16).characters).toBe(0);
});

test('a line that a filter shortened counts as far as it is left; changed indentation leaves the line as the model wrote it', () => {
  expect(evidenceOf({ ...suggestion, text: 'return count(x' })).toEqual({
    logProbability: -(1 + 1 / 2 + 1 / 4 + 1 / 8),
    characters: 14,
  });
  const said = '\n    a();\n    b();';
  const marks = [5, 9, 14, 18].map((end) => ({ end, logProbability: -1 }));
  expect(evidenceOf({ text: '\n\ta();\n\tb();', said, marks })).toMatchObject({ logProbability: -2, characters: 9 });
});

const evidence = (probability: number) => ({ logProbability: Math.log(probability), characters: 10 });

test("the model's own log-odds are bounded, as is what is made of them", () => {
  expect(ownLogOdds(evidence(0.5))).toBeCloseTo(0, 12);
  expect(ownLogOdds(evidence(0.8))).toBeCloseTo(Math.log(4), 12);
  expect([1, 1 - 1e-12, 1e-30, 0].map((p) => ownLogOdds(evidence(p)))).toEqual([5, 5, -5, -5]);
  expect(logOdds(evidence(0.8), [1, 2])).toBeCloseTo(1 + 2 * Math.log(4), 12);
  for (const [less, more] of [
    [0.1, 0.2],
    [0.5, 0.9],
  ] as const) {
    expect(logOdds(evidence(more))).toBeGreaterThan(logOdds(evidence(less)));
  }
});

test('balanced shows what is expected to save more than it costs; sure only what is more likely right than wrong; all everything', () => {
  const shown = (probability: number, characters: number) =>
    EAGERNESS.filter((eagerness) => isWorthShowing(probability, characters, eagerness));
  expect(shown(0.01, 10)).toEqual(['all']);
  expect(shown(0.3, 10)).toEqual(['all']);
  expect(shown(0.35, 10)).toEqual(['all', 'balanced']);
  expect(shown(0.3, 12)).toEqual(['all', 'balanced']);
  expect(shown(0.5, 4)).toEqual(['all']);
  expect(shown(0.5, 5)).toEqual(['all', 'balanced', 'sure']);
  expect(shown(0.9, 4)).toEqual(['all', 'balanced', 'sure']);
  expect(COST).toBeCloseTo(4.82, 2);
});
