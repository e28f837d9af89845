import { afterAll, beforeAll, expect, it } from 'vitest';
import { continueText } from '../../../engine/generate/continueText.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import type { Session } from '../../../engine/session/session.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';

let model: LanguageModel;

beforeAll(async () => {
  model = await openFolder(defaultModel);
});
afterAll(() => model.dispose());

const BEGINNING = 'export function total(orders) {\n  let sum = 0;\n  for (const order of orders) sum += order.price;\n'.repeat(
  8,
);
const PROMPT = `${BEGINNING}export function mean(`;

/** At the precision of everyday use, where the last digits of logits depend on which tokens are run together. */
it('a repeatable request gives the same text whatever was asked of the timeline before', async () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const expected = await sampled(model.newSession(), PROMPT, seed);
    const session = model.newSession();
    for (const before of [BEGINNING, `${PROMPT}values) {`, PROMPT, 'def mean(', `${BEGINNING.slice(0, 700)}}`]) {
      await sampled(session, before, seed + 100, false);
      expect(await sampled(session, PROMPT, seed), `behind ${JSON.stringify(before.slice(-20))}`).toBe(expected);
    }
  }
});

it('reuses what was computed evenly', async () => {
  const session = model.newSession();
  await sampled(session, PROMPT, 1);
  session.forgetUneven();
  expect(session.tokens.length).toBeGreaterThan(0);
  expect(session.tokens.length % 128).toBe(0);
  expect(model.tokenizer.encode(PROMPT).length - session.tokens.length).toBeLessThan(130);
});

async function sampled(session: Session, prompt: string, seed: number, repeatable = true): Promise<string> {
  const sampling = { temperature: 1, topK: 0, topP: 1, seed, repeatable };
  const text = continueText(model, session, { prompt, maxTokens: 40, sampling });
  for (;;) {
    const next = await text.next();
    if (next.done) return next.value.text;
  }
}
