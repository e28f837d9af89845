import { expect, it } from 'vitest';
import { refusalOpenings, type Spelling } from '../../../../engine/tuning/refusal/openings.ts';

/** A tokenizer whose tokens are words, each with the space before it; what it has not seen it numbers. */
function words(split: (text: string) => string[]): Spelling & { of(text: string): number } {
  const known: string[] = [];
  const of = (text: string) => (known.includes(text) ? known.indexOf(text) : known.push(text) - 1);
  const encode = (text: string) => split(text).map(of);
  return { of, encode, encodeContinuation: encode, decode: (tokens) => tokens.map((token) => known[token]).join('') };
}

it('refusals are known by their first words, with a space and without one', () => {
  const spelling = words((text) => text.match(/ ?[^ ]+/g) ?? []);
  const openings = refusalOpenings(spelling);
  for (const text of ['I', ' I', 'Sorry', ' Sorry', 'Unfortunately', '抱歉']) expect(openings).toContain(spelling.of(text));
  for (const text of ['Sure', ' Here', 'You', '当然']) expect(openings).not.toContain(spelling.of(text));
  expect(openings).toEqual([...openings].sort((a, b) => a - b));
});

it('beginnings shared with answers are left out, and so is less than a word or a character', () => {
  const letters = words((text) => [...text]);
  const openings = refusalOpenings(letters);
  // The S of Sorry is that of Sure, the M of My apologies no word.
  for (const text of ['I', 'S', 'A', 'U', 'M', ' ']) expect(openings).not.toContain(letters.of(text));
  expect(openings).toContain(letters.of('抱'));
  const bytes = words((text) => (/^[\x20-\x7e]/.test(text) ? [text] : ['\uFFFD', text]));
  expect(refusalOpenings(bytes)).not.toContain(bytes.of('\uFFFD'));
});
