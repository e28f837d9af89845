import { beforeAll, describe, expect, it } from 'vitest';
import { answerPrompt, completionPrompt } from '../../../engine/prompt/fillInTheMiddle.ts';
import { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultTokenizer } from '../../support/defaultModel.ts';
import { TOKENIZER_CONFIG, tokenizerJson } from '../../support/modelFolder.ts';
import { reusedShare } from './reusedShare.ts';

const BOS = 1;

describe('completionPrompt', () => {
  let tokenizer: Tokenizer;
  const prompt = (prefix: string, suffix: string, budget = 512) =>
    completionPrompt({ prefix, suffix, path: 'src/a.ts' }, tokenizer, BOS, budget);

  beforeAll(async () => {
    tokenizer = await defaultTokenizer();
  });

  it('has the order the model was trained on: path, suffix, prefix', () => {
    const { prefix, suffix, middle } = tokenizer.infill as { prefix: number; suffix: number; middle: number };
    const path = tokenizer.control('<|file_path|>') as number;
    expect(prompt('a = ', '\nb')).toEqual([
      BOS,
      path,
      ...tokenizer.encode('src/a.ts\n'),
      prefix,
      suffix,
      ...tokenizer.encode('\nb'),
      middle,
      ...tokenizer.encode('a = '),
    ]);
  });

  it('never exceeds the budget', () => {
    const long = 'const value = compute(1, 2, 3);\n'.repeat(500);
    for (const budget of [64, 100, 333, 960]) {
      expect(prompt(long, long, budget).length).toBeLessThanOrEqual(budget);
      expect(prompt('x'.repeat(20_000), 'y'.repeat(20_000), budget).length).toBeLessThanOrEqual(budget);
    }
  });

  it('uses at least half of the budget for a long prefix', () => {
    for (const line of ['short()', 'a rather longer line with several words and numbers 123 456;', 'word '.repeat(120)]) {
      expect(prompt(`${line}\n`.repeat(400), '', 600).length).toBeGreaterThan(300);
    }
  });

  it('keeps its head while typing at the end of a long file', () => {
    const file = Array.from({ length: 400 }, (_, i) => `const value${i} = ${i};`).join('\n');
    const typed = 'for (const item of list) { item.call(); }'.repeat(2);
    const prompts = Array.from({ length: 60 }, (_, i) => prompt(`${file}\n${typed.slice(0, i + 1)}`, '\n}\n'));
    expect(reusedShare([prompt(file, '\n}\n'), ...prompts])).toBeGreaterThan(0.95);
  });
});

describe('answerPrompt', () => {
  const json = tokenizerJson(300) as { added_tokens: object[] };
  const control = (id: number, content: string) => ({ ...json.added_tokens[0], id, content });
  const tokenizerWith = (...added: object[]) =>
    new Tokenizer({
      json: { ...json, added_tokens: [...json.added_tokens, ...added] },
      config: { ...TOKENIZER_CONFIG, add_eos_token: true },
      path: 'tokenizer.json',
    });
  const [start, end, sentinel] = [280, 281, 282];
  const context = { prefix: 'a = ', suffix: '\nb', path: 'src/a.ts' };

  it('puts a sentinel where the text is missing, and begins the answer with it', () => {
    const tokenizer = tokenizerWith(control(end, '</s>'), control(sentinel, '<extra_id_0>'));
    const text = (piece: string) => tokenizer.encode(piece);
    expect(answerPrompt(context, tokenizer, { start, end }, 100)).toEqual([
      ...text('a = '),
      sentinel,
      ...text('\nb'),
      end,
      start,
      sentinel,
    ]);
  });

  it('lets a model without sentinels continue the prefix', () => {
    const tokenizer = tokenizerWith(control(end, '</s>'));
    expect(answerPrompt(context, tokenizer, { start, end }, 100)).toEqual([...tokenizer.encode('a = '), end, start]);
  });

  it('keeps the input within the budget', () => {
    const tokenizer = tokenizerWith(control(sentinel, '<extra_id_0>'));
    const long = { prefix: 'x'.repeat(5000), suffix: 'y'.repeat(5000), path: '' };
    const prompt = answerPrompt(long, tokenizer, { start, end }, 200);
    expect(prompt.indexOf(start)).toBeLessThanOrEqual(200);
    expect(prompt.indexOf(start)).toBeGreaterThan(150);
  });
});
