import { expect, test } from 'vitest';
import { doubtsOf } from '../../../extension/chat/doubts.ts';

/** An answer of these tokens, each with its probability. */
function answer(...tokens: readonly (readonly [string, number])[]) {
  let text = '';
  const marks = tokens.map(([piece, probability]) => {
    text += piece;
    return { end: text.length, logProbability: Math.log(probability) };
  });
  return { text, marks };
}

const shaded = (of: ReturnType<typeof answer>) => doubtsOf(of).map(({ from, to, level }) => [of.text.slice(from, to), level]);

test('below 50 % is low, below 10 % lowest; neighbours of one level are one stretch', () => {
  expect(shaded(answer(['It', 0.9], [' may', 0.4], [' well', 0.3], [' be', 0.5], [' a', 0.05], [' foal', 0.2]))).toEqual([
    [' may well', 'low'],
    [' a', 'lowest'],
    [' foal', 'low'],
  ]);
});

test('white space is not shaded, nor a token cut off at the end', () => {
  expect(shaded(answer(['a', 0.9], ['\n\n', 0.1], ['b', 0.9]))).toEqual([]);
  const { text, marks } = answer(['a', 0.9], ['b', 0.2]);
  expect(doubtsOf({ text, marks: [...marks, { end: 2, logProbability: -9 }] })).toEqual([{ from: 1, to: 2, level: 'low' }]);
});

test('a token of which no character is certain yet belongs to the next one', () => {
  const marks = [
    { end: 0, logProbability: -3 },
    { end: 2, logProbability: -0.1 },
  ];
  expect(doubtsOf({ text: '馬', marks })).toEqual([]);
});
