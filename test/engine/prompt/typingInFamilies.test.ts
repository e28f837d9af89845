import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WorkspaceMemory } from '../../../engine/generate/workspaceMemory.ts';
import { completionPrompt } from '../../../engine/prompt/fillInTheMiddle.ts';
import { heal } from '../../../engine/prompt/healing.ts';
import { readingOrder, tokensBeforeCursor } from '../../../engine/prompt/readingOrder.ts';
import { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { reusedShare } from './reusedShare.ts';

/** The control tokens by which a family is recognised, in place of the default model's. */
const FAMILIES: readonly (readonly [name: string, prefix: string, suffix: string, middle: string])[] = [
  ['Qwen2.5-Coder', '<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'],
  ['StarCoder2', '<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
  ['DeepSeek-Coder', '<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'],
  ['Code Llama', '▁<PRE>', '▁<SUF>', '▁<MID>'],
  ['Codestral', '[PREFIX]', '[SUFFIX]', '[NO_MIDDLE]'],
  ['GLM-4', '<|code_prefix|>', '<|code_suffix|>', '<|code_middle|>'],
  ['a model that goes on with the prefix alone', '[A]', '[B]', '[C]'],
];

const FILE = Array.from({ length: 300 }, (_, i) => `  const value${i} = compute(${i});`).join('\n');
const TYPED = '\n  for (const item of list) {\n    total += item.weigh(marmalade, 12);\n    seal(item);';

describe.each(FAMILIES)('while one types with the prompt of %s', (_name, prefix, suffix, middle) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    const names = new Map([
      ['<|fim_prefix|>', prefix],
      ['<|fim_suffix|>', suffix],
      ['<|fim_middle|>', middle],
      ['<|file_path|>', '<|unknown|>'],
    ]);
    const read = async (file: string) => JSON.parse(await readFile(path.join(defaultModel, file), 'utf8'));
    const json = (await read('tokenizer.json')) as {
      added_tokens: { content: string }[];
      model: { vocab: Record<string, number> };
    };
    const rename = (content: string) => names.get(content) ?? content;
    tokenizer = new Tokenizer({
      json: {
        ...json,
        added_tokens: json.added_tokens.map((token) => ({ ...token, content: rename(token.content) })),
        model: {
          ...json.model,
          vocab: Object.fromEntries(Object.entries(json.model.vocab).map(([piece, id]) => [rename(piece), id])),
        },
      },
      config: await read('tokenizer_config.json'),
      path: 'tokenizer.json',
    });
  });
  const prompt = (before: string, after = `\n}\n${FILE}`, budget = 1000) =>
    completionPrompt({ prefix: before, suffix: after, path: 'src/a.ts' }, tokenizer, 1, budget);

  it('at least 95 % of its tokens are the same as one key before, also across lines', () => {
    const prompts = Array.from({ length: TYPED.length + 1 }, (_, end) => {
      return heal(prompt(FILE + TYPED.slice(0, end)), tokenizer).tokens;
    });
    expect(reusedShare(prompts)).toBeGreaterThan(0.95);
  });

  it('the word at the cursor is taken back for token healing', () => {
    const { tokens, healed } = heal(prompt(`${FILE}\nexport func`), tokenizer);
    expect(healed).toContain('func');
    expect(tokens.length).toBeLessThan(prompt(`${FILE}\nexport func`).length);
  });

  it('the workspace memory continues the text before the cursor, also at the beginning of a line', async () => {
    const memory = new WorkspaceMemory(tokenizer);
    await memory.remember('b.ts', 'openLedger(north);\nsealZanzibar(south);\n', async () => {});
    for (const [text, next] of [
      ['openLedger(north);\n', /^sealZanzibar\(south/],
      ['openLedger(north);\nsealZan', /^zibar\(south/],
    ] as const) {
      const read = readingOrder(prompt(`${FILE}\n${text}`), tokenizer);
      const shown = tokenizer.decode(read.slice(-tokensBeforeCursor(read, tokenizer))).trimStart();
      expect(shown).toContain(`compute(256);\n`);
      expect(`${FILE}\n${text}`.endsWith(shown)).toBe(true);
      expect(tokenizer.decode(memory.recall(read, 'a.ts').draft(read, 12)?.tokens ?? [])).toMatch(next);
    }
  });

  it('it stays within the budget, however long the line at the cursor', () => {
    for (const budget of [32, 64, 300]) {
      for (const line of ['', 'short', 'x = y; '.repeat(60), 'x = y; '.repeat(5000)]) {
        const tokens = prompt(`${FILE}\n${line}`, `\n${FILE}`, budget);
        expect(tokens.length).toBeLessThanOrEqual(budget);
        expect([...readingOrder(tokens, tokenizer)].sort()).toEqual([...tokens].sort());
      }
    }
  });
});
