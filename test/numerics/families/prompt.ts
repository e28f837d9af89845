import { Random } from '../../support/random.ts';

/** Tokens of any tiny model: the vocabularies are alike. */
export const PROMPT: readonly number[] = new Random(3).tokens(130, 257);

/** How many of them the comparisons hand over: one token, a few, beyond a window of 24, beyond a prefill chunk of 128. */
export const LENGTHS = [1, 2, 17, 60, 130];

/** What the encoder of an encoder–decoder reads. */
export const SOURCE: readonly number[] = new Random(4).tokens(70, 257);
