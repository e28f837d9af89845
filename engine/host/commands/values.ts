/** Values of options, read from the command line. Each throws InvalidArgumentError, which commander tells together with the option's name. */
import { InvalidArgumentError } from 'commander';
import { CANDIDATE_COUNTS, type CandidateCount } from '../../tuning/preference/temperature.ts';

/** A whole number, 0 or more. */
export function count(text: string): number {
  const value = numberIn(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return value;
}

/** A whole number from `least` to `most`. */
export function between(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = count(text);
    if (value < least) throw new InvalidArgumentError(`It must be ${least} or more.`);
    if (value > most) throw new InvalidArgumentError(`It must be ${most} at most.`);
    return value;
  };
}

/** A whole number, 1 or more. */
export const position = between(1);

/** A number, 0 or more. */
export function nonNegative(text: string): number {
  const value = numberIn(text);
  if (!(value >= 0 && value < Infinity)) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
}

/** A message with words in it. */
export function message(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must say something.');
  return text;
}

/** How many answers to choose from. */
export function candidateCount(text: string): CandidateCount {
  const found = CANDIDATE_COUNTS.find((count) => String(count) === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${CANDIDATE_COUNTS.join(', ')}.`);
  return found;
}

/** A number from 0 to 1. */
export function share(text: string): number {
  const value = numberIn(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

/** Numbers, separated by commas. */
export function numberList(text: string): number[] {
  const values = text.split(',').map(numberIn);
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError('They must be numbers, separated by commas.');
  return values;
}

/** Whole numbers, 0 or more, separated by commas. */
export function tokenList(text: string): number[] {
  return text.split(',').map(count);
}

/** NaN for what is no number. JavaScript reads an empty text as 0. */
function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
