import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { generate } from '../../../engine/generate/generate.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { relativeError } from '../../numerics/compare.ts';
import { freshLogits, openLlama } from '../../support/engine.ts';
import { randomLlama, TINY_SHAPES } from '../../support/llama.ts';
import { Random } from '../../support/random.ts';

const shape = TINY_SHAPES['GQA 4/2, tied head, 3 layers'];
const prompt = new Random(21).tokens(300, shape.vocabulary);

/** Float32 sums in another order differ by less than this: a reused prefix was computed in other chunks. */
const ROUNDING = 1e-5;

describe('Session', () => {
  let model: LanguageModel;

  beforeAll(async () => {
    model = await openLlama(randomLlama(shape, 23), { precision: 'float32' });
  });
  afterAll(() => model.dispose());

  it('reuses the prefix that two prompts share, with the logits of a fresh session', async () => {
    const session = model.newSession();
    await session.sync(prompt.slice(0, 200));
    const { logits, reused } = await session.sync(prompt);
    expect(reused).toBe(200);
    expectClose(logits, await freshLogits(model, prompt));
  });

  it('rewinds and continues with other tokens', async () => {
    const session = model.newSession();
    await session.sync(prompt);
    const other = [...prompt.slice(0, 150), ...new Random(22).tokens(60, shape.vocabulary)];
    const { logits, reused } = await session.sync(other);
    expect(reused).toBeGreaterThanOrEqual(150);
    expect(reused).toBeLessThan(other.length);
    expectClose(logits, await freshLogits(model, other));
    expect(session.tokens).toEqual(other);
  });

  it('gives the logits again for the same prompt, and for a shorter one', async () => {
    const session = model.newSession();
    const first = (await session.sync(prompt)).logits;
    const again = await session.sync(prompt);
    expect(again.reused).toBe(prompt.length - 1);
    expectClose(again.logits, first);
    expectClose((await session.sync(prompt.slice(0, 7))).logits, await freshLogits(model, prompt.slice(0, 7)));
  });

  it('steps as if the tokens had been in the prompt', async () => {
    const session = model.newSession();
    await session.sync(prompt.slice(0, 126));
    for (const token of prompt.slice(126, 129)) await session.step(token);
    expectClose(await session.step(prompt[129] as number), await freshLogits(model, prompt.slice(0, 130)));
  });

  it('does not affect another session', async () => {
    const one = model.newSession();
    const two = model.newSession();
    await one.sync(prompt.slice(0, 40));
    await two.sync(prompt.slice(60, 90));
    expectClose(await one.step(5), await freshLogits(model, [...prompt.slice(0, 40), 5]));
  });

  it('is cancelled between chunks and can be used afterwards', async () => {
    const session = model.newSession();
    const controller = new AbortController();
    const pending = session.sync(prompt, controller.signal);
    controller.abort();
    await expect(pending).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
    expect(session.tokens.length).toBeLessThan(prompt.length);
    const { logits, reused } = await session.sync(prompt);
    expect(reused).toBeLessThan(prompt.length);
    expectClose(logits, await freshLogits(model, prompt));
  });

  it('refuses invalid input and stays usable', async () => {
    const session = model.newSession();
    const bad = (tokens: number[]) => expect(session.sync(tokens)).rejects.toSatisfy((e) => isPaddockError(e, 'bad-request'));
    await bad([]);
    await bad([1, shape.vocabulary]);
    await bad([1, -1]);
    await bad([1, 0.5]);
    await bad(Array.from({ length: shape.context + 1 }, () => 1));
    expectClose((await session.sync(prompt.slice(0, 5))).logits, await freshLogits(model, prompt.slice(0, 5)));
  });

  it('uses the whole context window and no token more', async () => {
    const session = model.newSession();
    const full = new Random(24).tokens(shape.context, shape.vocabulary);
    expectClose((await session.sync(full)).logits, await freshLogits(model, full));
    await expect(session.step(1)).rejects.toSatisfy((error) => isPaddockError(error, 'bad-request'));
  });

  it('generates the same tokens from the same seed, and others from another', async () => {
    const sampled = async (seed: number) => {
      const tokens: number[] = [];
      const options = { maxTokens: 40, sampling: { temperature: 1, topK: 0, topP: 1, seed }, stopTokens: new Set<number>() };
      for await (const { token } of generate(model.newSession(), prompt.slice(0, 20), options)) tokens.push(token);
      return tokens;
    };
    const first = await sampled(1);
    expect(first).toHaveLength(40);
    expect(await sampled(1)).toEqual(first);
    expect(await sampled(2)).not.toEqual(first);
  });
});

function expectClose(values: Float32Array, truth: Float32Array): void {
  expect(relativeError(values, truth)).toBeLessThan(ROUNDING);
}
