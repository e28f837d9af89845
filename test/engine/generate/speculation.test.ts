import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complete } from '../../../engine/generate/complete.ts';
import { generate } from '../../../engine/generate/generate.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { PromptLookup } from '../../../engine/generate/promptLookup.ts';
import { Speculation } from '../../../engine/generate/speculation.ts';
import { WorkspaceMemory } from '../../../engine/generate/workspaceMemory.ts';
import { completionPrompt } from '../../../engine/prompt/fillInTheMiddle.ts';
import { Beginning } from '../../../engine/sampling/beginning.ts';
import { type Choice, GREEDY, type SamplingOptions } from '../../../engine/sampling/sampler.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';
import { root } from '../../support/paths.ts';
import { Random } from '../../support/random.ts';

const PROMPTS = 56;
const WINDOW = 320;
const TOKENS = 32;

interface Place {
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** Places in the engine's sources, the same for the same sources. */
function* places(count: number): Generator<Place> {
  const random = new Random(151);
  const files = readdirSync(path.join(root, 'engine'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  for (let i = 0; i < count; i++) {
    const file = path.join('engine', files[random.below(files.length)] as string);
    const text = readFileSync(path.join(root, file), 'utf8');
    const at = Math.floor(text.length * (0.3 + 0.6 * random.uniform()));
    yield { path: file, prefix: text.slice(0, at), suffix: text.slice(at) };
  }
}

const promptOf = (model: LanguageModel, place: Place) =>
  completionPrompt(place, model.tokenizer, model.config.bosTokenId, WINDOW);

/** Generates several times after one place. The prompt runs once, so that all start from the same numbers. */
async function generator(model: LanguageModel, place: Place) {
  const session = model.newSession();
  const prompt = promptOf(model, place);
  await session.sync(prompt);
  return async (sampling: SamplingOptions, speculation?: Speculation, beginsWith = '') => {
    const chosen: Choice[] = [];
    const beginning = new Beginning(model.tokenizer.texts, beginsWith);
    const options = { maxTokens: TOKENS, sampling, stopTokens: model.stopTokens, speculation, beginning };
    for await (const choice of generate(session, prompt, options)) chosen.push(choice);
    return chosen;
  };
}

const tokensOf = (chosen: readonly Choice[]) => chosen.map(({ token }) => token);

describe('prompt look-up on the default model', () => {
  let model: LanguageModel;
  beforeAll(async () => {
    // In float32: int8 activations turn the rounding of a sum into differences of a tenth between logits, see Speculation.
    model = await openFolder(defaultModel, { precision: 'float32' });
  });
  afterAll(() => model.dispose());

  it(`equals greedy decoding, token for token, at ${PROMPTS} places of these sources`, async () => {
    let accepted = 0;
    for (const place of places(PROMPTS)) {
      const choices = await generator(model, place);
      const speculation = new Speculation(new PromptLookup());
      expect(tokensOf(await choices(GREEDY, speculation)), place.path).toEqual(tokensOf(await choices(GREEDY)));
      accepted += speculation.accepted;
    }
    expect(accepted).toBeGreaterThan(PROMPTS);
  });

  it.each<[string, { penalty?: number; bias?: Readonly<Record<string, number>>; given?: number }]>([
    ['a repetition penalty', { penalty: 1.3 }],
    ['a bias', { bias: { return: -Infinity, ';': -4, ' =': 3, '\n': -1 } }],
    ['the first characters given', { given: 7 }],
    ['all of these', { penalty: 1.1, bias: { '(': 2, ',': -Infinity }, given: 4 }],
  ])('equals greedy decoding with %s', async (_, { penalty = 1, bias = {}, given = 0 }) => {
    const tokenOf = (text: string) => model.tokenizer.encodeContinuation(text)[0] as number;
    const logitBias = Object.entries(bias).map(([text, added]) => [tokenOf(text), added] as const);
    const sampling = { ...GREEDY, repetitionPenalty: penalty, logitBias };
    let accepted = 0;
    for (const place of places(12)) {
      const choices = await generator(model, place);
      const speculation = new Speculation(new PromptLookup());
      const beginsWith = place.suffix.slice(0, given);
      const looked = tokensOf(await choices(sampling, speculation, beginsWith));
      expect(looked, place.path).toEqual(tokensOf(await choices(sampling, undefined, beginsWith)));
      accepted += speculation.accepted;
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it('draws the same tokens from the same seed', async () => {
    let accepted = 0;
    for (const place of places(12)) {
      const choices = await generator(model, place);
      const speculation = new Speculation(new PromptLookup());
      const sampling = { temperature: 0.7, topK: 40, topP: 0.95, seed: 3 };
      expect(tokensOf(await choices(sampling, speculation)), place.path).toEqual(tokensOf(await choices(sampling)));
      accepted += speculation.accepted;
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it('gives the same choices as without drafts, also with a workspace memory', async () => {
    const memory = new WorkspaceMemory(model.tokenizer);
    const files = readdirSync(path.join(root, 'engine', 'generate'));
    for (const name of files)
      await memory.remember(name, readFileSync(path.join(root, 'engine', 'generate', name), 'utf8'), async () => {});
    let accepted = 0;
    for (const place of places(16)) {
      const session = model.newSession();
      const prompt = promptOf(model, place);
      await session.sync(prompt);
      const choices = async (drafts: boolean) => {
        const recall = memory.recall(prompt, path.basename(place.path));
        const speculation = drafts ? new Speculation(recall) : undefined;
        const chosen: number[] = [];
        const options = { maxTokens: TOKENS, sampling: GREEDY, stopTokens: model.stopTokens, speculation, recall };
        for await (const { token } of generate(session, prompt, options)) chosen.push(token);
        accepted += speculation?.accepted ?? 0;
        return chosen;
      };
      expect(await choices(true), place.path).toEqual(await choices(false));
    }
    expect(accepted).toBeGreaterThan(100);
  });

  it('gives the same completion, and reports what was drafted', async () => {
    const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
    const prefix = `${names.map((name) => `registry.set('${name}', new Handler('${name}', options));\n`).join('')}registry.`;
    const request = { prefix, suffix: '', path: 'registry.ts', maxTokens: 40, multiline: true };
    const run = async (speculate: boolean) => {
      const pieces = complete(model, model.newSession(), { ...request, speculate });
      let text = '';
      for (;;) {
        const next = await pieces.next();
        if (next.done) return { text, result: next.value };
        text += next.value;
      }
    };
    const [plain, looked] = [await run(false), await run(true)];
    expect(looked.text).toBe(plain.text);
    expect(looked.result.text).toBe(looked.text);
    expect(plain.result.stats).toMatchObject({ drafted: 0, accepted: 0 });
    expect(looked.result.stats.accepted).toBeGreaterThan(0);
    expect(looked.result.stats.drafted).toBeGreaterThanOrEqual(looked.result.stats.accepted);
  });
});

/**
 * In natural logarithms. Logits of the same tokens can differ by this much when runs of other lengths round int8 activations differently.
 */
const NOISE = 0.25;

/** So many that a share of 87 %, which is usual, is told from one of 80 % whatever the sources are. */
const MANY = 300;

describe('prompt look-up with int8 activations', () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await openFolder(defaultModel);
  });
  afterAll(() => model.dispose());

  it('differs from greedy decoding only where the two best tokens are nearly equal', { timeout: 300_000 }, async () => {
    let same = 0;
    for (const place of places(MANY)) {
      const choices = await generator(model, place);
      const plain = await choices({ ...GREEDY, alternatives: 2 });
      const looked = await choices(GREEDY, new Speculation(new PromptLookup()));
      const at = plain.findIndex(({ token }, i) => looked[i]?.token !== token);
      if (at < 0) same++;
      const [best, second] = plain[at]?.alternatives ?? [];
      if (best && second) expect(best.logProbability - second.logProbability, place.path).toBeLessThan(NOISE);
    }
    expect(same).toBeGreaterThan(0.8 * MANY);
  });
});
