import { describe, expect, it } from 'vitest';
import { FAMILIES, tinyModel } from '../../support/families/families.ts';
import { T5_FAMILIES, tinyT5 } from '../../support/families/t5.ts';
import { relativeError } from '../compare.ts';
import { inTransformers, readGolden } from './golden.ts';
import { PROMPT, SOURCE } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';
import { t5Logits } from './referenceT5.ts';

/** transformers computes norms and rotary tables in float32 whatever the weights are. */
const BOUND = 1e-5;

const golden = await readGolden();

/** The logits of one prompt, thinned out as the golden ones are. */
function check(name: string, length: number, logits: ArrayLike<number> | undefined): void {
  const truth = golden.models[name]?.[length] ?? expect.fail(`golden.json has no ${name}; golden.py beside it writes it.`);
  const found = Array.from(logits ?? []).filter((_, token) => token % golden.stride === 0);
  expect.soft(relativeError(found, truth), `${length} tokens`).toBeLessThan(BOUND);
}

const LENGTHS = Object.keys(Object.values(golden.models)[0] ?? {}).map(Number);

/** OPT, windows and T5 have no other peer: llama.cpp does not run them. */
describe(`${golden.tool} and the float64 reference agree`, () => {
  it('on prompts that reach over every window', () => {
    expect(LENGTHS).toEqual([1, 17, 60, 130]);
  });

  it.each(FAMILIES.filter(inTransformers))('$name', (family) => {
    const model = tinyModel(family);
    for (const length of LENGTHS) {
      const logits = ReferenceDecoder.logits(model, PROMPT.slice(0, length), { window: length });
      check(family.name, length, logits.at(-1));
    }
  });

  it.each(T5_FAMILIES)('$name', (family) => {
    const logits = t5Logits(tinyT5(family), SOURCE, PROMPT);
    for (const length of LENGTHS) check(family.name, length, logits[length - 1]);
  });
});
