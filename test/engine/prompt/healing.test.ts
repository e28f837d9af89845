import { beforeAll, describe, expect, it } from 'vitest';
import { heal } from '../../../engine/prompt/healing.ts';
import type { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultTokenizer } from '../../support/defaultModel.ts';

describe('heal', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await defaultTokenizer();
  });

  it.each([
    ['export func', 'func'],
    ['  const x = aw', 'aw'],
    ['return ', ' '],
  ])('takes back the cut word at the end of %j', (text, cut) => {
    const { tokens, healed } = heal([1, ...tokenizer.encode(text)], tokenizer);
    expect(healed).toContain(cut);
    expect(tokenizer.decode(tokens) + healed).toBe(text);
    expect(tokenizer.texts.some((longer) => longer.length > healed.length && longer.startsWith(healed))).toBe(true);
  });

  it('takes back the longest text that begins a token, over any number of tokens', () => {
    const [word] = tokenizer.texts.filter((text) => /^[a-z]{12,}$/.test(text)).sort((a, b) => b.length - a.length);
    const letters = [...(word as string).slice(0, -1)].flatMap((letter) => tokenizer.encodeContinuation(letter));
    expect(letters.length).toBeGreaterThan(10);
    const begun = [1, ...tokenizer.encode('const ')];
    expect(heal([...begun, ...letters], tokenizer).healed).toMatch(new RegExp(`${(word as string).slice(0, -1)}$`));
  });

  it.each(['a = 1;\n', 'if (a) {\n    '])('leaves the line break at the end of %j', (text) => {
    const tokens = [1, ...tokenizer.encode(text)];
    expect(heal(tokens, tokenizer)).toEqual({ tokens, healed: '' });
  });

  it('leaves control tokens, and a prompt of control tokens only', () => {
    const middle = tokenizer.control('<|fim_middle|>') as number;
    expect(heal([1, middle], tokenizer)).toEqual({ tokens: [1, middle], healed: '' });
    expect(heal([1], tokenizer)).toEqual({ tokens: [1], healed: '' });
  });
});
