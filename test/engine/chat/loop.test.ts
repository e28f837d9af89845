import { expect, it } from 'vitest';
import { endsInLoop } from '../../../engine/chat/loop.ts';

it('a loop is the same over and over, at any length of it', () => {
  expect(endsInLoop(`Returns a ${'bubble-level '.repeat(8)}`)).toBe(true);
  expect(endsInLoop(`I${'W'.repeat(100)}`)).toBe(true);
  expect(endsInLoop(`x ${'for the people\nof the town and '.repeat(6)}`)).toBe(true);
});

it('what is said some times, and lines of one sign, are none', () => {
  expect(endsInLoop('bubble-level '.repeat(5))).toBe(false);
  expect(endsInLoop(`a\n${'-'.repeat(80)}`)).toBe(false);
  expect(endsInLoop(`| a | b |\n${'| --- '.repeat(9)}|`)).toBe(false);
  expect(endsInLoop(`${'bubble-level '.repeat(20)}and then it ended`)).toBe(false);
  expect(endsInLoop('')).toBe(false);
});
