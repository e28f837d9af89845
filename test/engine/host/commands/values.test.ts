import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  between,
  count,
  message,
  nonNegative,
  numberList,
  position,
  share,
  tokenList,
} from '../../../../engine/host/commands/values.ts';

describe('values of options', () => {
  it('are numbers', () => {
    expect([count('0'), position('1'), between(2, 4)('4'), nonNegative('0.5'), share('1')]).toEqual([0, 1, 4, 0.5, 1]);
    expect(numberList('-2,0,1.5')).toEqual([-2, 0, 1.5]);
    expect(tokenList('1,20')).toEqual([1, 20]);
    expect(message(' Name a tree ')).toBe(' Name a tree ');
  });

  it.each([
    [count, ['', ' ', '-1', '1.5', 'x', '1e99', 'Infinity']],
    [position, ['', '0', '-1']],
    [between(2, 4), ['', '1', '5', '2.5']],
    [nonNegative, ['', ' ', '-0.1', 'x', 'NaN', 'Infinity']],
    [share, ['', '-0.1', '1.1', 'x']],
    [message, ['', ' ', '\n\t']],
    [numberList, ['', '1,', '1,,2', '1,x', '1,Infinity']],
    [tokenList, ['', '1,', '1,,2', '1,-2', '1.5']],
  ] as const)('are refused by %o where they are none', (read, texts) => {
    for (const text of texts) expect(() => read(text), `"${text}"`).toThrow(InvalidArgumentError);
  });
});
