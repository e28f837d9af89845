import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompletionRequest, complete } from '../../../engine/generate/complete.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { type GeneratedText, untilEnd } from '../../../engine/generate/streamText.ts';
import { WorkspaceMemory } from '../../../engine/generate/workspaceMemory.ts';
import { Beginning } from '../../../engine/sampling/beginning.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import type { Session } from '../../../engine/session/session.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';

const lines = Array.from({ length: 12 }, (_, i) => `  stables.set('box ${i % 3}', new Horse(names[${i}], meadow));\n`);
const OTHER = { path: 'other.ts', text: `function build() {\n${lines.join('')}}\n` };
const START = `import { Horse } from './horse';\n\nexport function rebuild(names: string[]) {\n${lines.slice(0, 2).join('')}`;

/** Places between words, and one inside a word, whose beginning is taken back and then enforced (token healing). */
const PLACES = [
  `${START}  `,
  `${START}  stables.se`,
  `${START}  stables.set('box 7', new Ho`,
  '// greeting\nconst text = "héllo w',
];

const requestAt = (prefix: string, speculate: boolean): CompletionRequest => ({
  prefix,
  suffix: '\n}\n',
  path: 'rebuild.ts',
  maxTokens: 24,
  multiline: true,
  speculate,
  sampling: { ...GREEDY, alternatives: 1 },
});

async function memory(model: LanguageModel): Promise<WorkspaceMemory> {
  const workspace = new WorkspaceMemory(model.tokenizer);
  await workspace.remember(OTHER.path, OTHER.text, async () => {});
  return workspace;
}

async function run(model: LanguageModel, session: Session, request: CompletionRequest): Promise<GeneratedText> {
  return untilEnd(complete(model, session, request, { workspace: await memory(model) }));
}

/** ln p of each token: all rows in one run, mixed with the memory, normalised in float64 over the allowed tokens. */
async function reference(model: LanguageModel, prompt: readonly number[], tokens: readonly number[], healed: string) {
  const recall = (await memory(model)).recall(prompt, 'rebuild.ts');
  const beginning = new Beginning(model.tokenizer.texts, healed);
  const found: number[] = [];
  let at = 0;
  for await (const chunk of model.newSession().evaluate([...prompt, ...tokens])) {
    for (const row of chunk) {
      const token = tokens[++at - prompt.length];
      if (at < prompt.length || token === undefined) continue;
      const { logits } = recall.mix(row);
      const pool = beginning.allowed ?? logits.keys();
      let sum = 0;
      for (const each of pool) sum += Math.exp(logits[each] as number);
      found.push((logits[token] as number) - Math.log(sum));
      recall.take(token);
      beginning.take(token);
    }
  }
  return found;
}

describe('marks of a completion', () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await openFolder(defaultModel, { precision: 'float32' });
  });
  afterAll(() => model.dispose());

  it.each(PLACES.flatMap((prefix) => [true, false].map((drafts) => ({ prefix, drafts }))))(
    'are the probabilities in the mixture, drafts: $drafts',
    async ({ prefix, drafts }) => {
      const session = model.newSession();
      const { text, marks, tokens: choices = [], stats, confidence } = await run(model, session, requestAt(prefix, drafts));
      const prompt = session.tokens.slice(0, stats.promptTokens);
      const tokens = choices.map(({ token }) => token);
      const said = model.tokenizer.decode(tokens);
      const healed = said.slice(0, said.indexOf(text));
      const expected = await reference(model, prompt, tokens, healed);
      expect(marks).toHaveLength(tokens.length);
      for (const [i, { logProbability }] of marks.entries()) expect(logProbability).toBeCloseTo(expected[i] as number, 3);
      const mean = marks.reduce((sum, { logProbability }) => sum + logProbability, 0) / marks.length;
      expect(Math.exp(mean)).toBeCloseTo(confidence, 9);
    },
  );

  it('end with the tokens; marks beyond the end of the text lie at its end', async () => {
    const session = model.newSession();
    const request = { ...requestAt(`${START}  stables.se`, true), multiline: false };
    const { text, marks, tokens = [] } = await run(model, session, request);
    expect(text).not.toBe('');
    const healed = model.tokenizer.decode(tokens.map(({ token }) => token)).indexOf(text);
    for (const [i, { end }] of marks.entries()) {
      const said = model.tokenizer.decode(tokens.slice(0, i + 1).map(({ token }) => token));
      expect(end).toBe(Math.min(Math.max(0, said.length - healed), text.length));
    }
  });
});
