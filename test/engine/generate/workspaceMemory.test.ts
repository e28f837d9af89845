import { beforeAll, describe, expect, it, vi } from 'vitest';
import { WorkspaceMemory } from '../../../engine/generate/workspaceMemory.ts';
import { TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import type { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultTokenizer } from '../../support/defaultModel.ts';

const noPause = async () => {};

describe('WorkspaceMemory', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await defaultTokenizer();
  });

  const drafted = (memory: WorkspaceMemory, text: string, path = 'other.ts') => {
    const prompt = tokenizer.encode(text);
    return tokenizer.decode(memory.recall(prompt, path).draft(prompt, 12)?.tokens ?? []);
  };

  it('remembers documents and their new texts, and forgets removed ones', async () => {
    const memory = new WorkspaceMemory(tokenizer);
    await memory.remember('a.ts', 'export const zebra = loadStripes(savannah);\n', noPause);
    expect(drafted(memory, '\nconst zebra = load')).toMatch(/^Stripes\(savannah/);
    expect(memory.size.documents).toBe(1);
    await memory.remember('a.ts', 'export const zebra = loadHorses(meadow);\n', noPause);
    expect(drafted(memory, '\nconst zebra = load')).toMatch(/^Horses\(meadow/);
    expect(drafted(memory, '\nconst zebra = load', 'a.ts')).toBe('');
    memory.forget('a.ts');
    expect(drafted(memory, '\nconst zebra = load')).toBe('');
    expect(memory.size).toMatchObject({ documents: 0, tokens: 0 });
  });

  it('recalls the parts of its own document that the prompt does not show, and never the text at the cursor', async () => {
    const filler = (name: string) => Array.from({ length: 60 }, (_, i) => `use${name}(${i});\n`).join('');
    const [above, below] = ['const zebra = loadStripes(savannah);\n', 'const quagga = loadHerd(meadow);\n'];
    const prefix = `${above}${filler('Tent')}marmalade = spread(`;
    const suffix = `toast);\n${filler('Lamp')}${below}`;
    const memory = new WorkspaceMemory(tokenizer);
    await memory.remember('a.ts', prefix + suffix, noPause);
    const around = (tokens: number, breaksBefore = 61) => ({
      ...{ breaksBefore, breaksAfter: 61, shownBefore: tokens, shownAfter: tokens },
    });
    const goesOn = (text: string, shown: number, breaksBefore?: number) => {
      const prompt = tokenizer.encode(text);
      return tokenizer.decode(memory.recall(prompt, 'a.ts', around(shown, breaksBefore)).draft(prompt, 12)?.tokens ?? []);
    };
    expect(goesOn('\nconst zebra = load', 60)).toMatch(/^Stripes\(savannah/);
    expect(goesOn('\nconst quagga = load', 60)).toMatch(/^Herd\(meadow/);
    expect(goesOn('\nmarmalade = spread(', 60)).toBe('');
    // Lines that were written a moment ago are not remembered yet.
    expect(goesOn('\nmarmalade = spread(', 60, 64)).toBe('');
    expect(goesOn('\nconst zebra = load', 60, 64)).toMatch(/^Stripes\(savannah/);
    // All of it is shown, or the text is another one.
    expect(goesOn('\nconst zebra = load', 2000)).toBe('');
    expect(goesOn('\nconst zebra = load', 60, 200)).toBe('');
  });

  it('goes through the lines of a document once for each of its texts', async () => {
    const filler = Array.from({ length: 60 }, (_, i) => `useTent(${i});\n`).join('');
    const [above, cursor] = ['const zebra = loadStripes(savannah);\n', 'marmalade = spread('];
    const memory = new WorkspaceMemory(tokenizer);
    const tokensOf = vi.spyOn(TokenIndex.prototype, 'tokensOf');
    const goesOn = (text: string, breaksBefore: number) => {
      const prompt = tokenizer.encode(text);
      const around = { breaksBefore, breaksAfter: 61, shownBefore: 60, shownAfter: 60 };
      return tokenizer.decode(memory.recall(prompt, 'a.ts', around).draft(prompt, 12)?.tokens ?? []);
    };
    try {
      await memory.remember('a.ts', `${above}${filler}${cursor}toast);\n${filler}`, noPause);
      expect(goesOn('\nconst zebra = load', 61)).toMatch(/^Stripes\(savannah/);
      expect(goesOn(`\n${cursor}`, 61)).toBe('');
      expect(tokensOf).toHaveBeenCalledTimes(1);
      await memory.remember('a.ts', `${above}${filler}${filler}${cursor}toast);\n${filler}`, noPause);
      expect(goesOn('\nconst zebra = load', 121)).toMatch(/^Stripes\(savannah/);
      expect(goesOn(`\n${cursor}`, 121)).toBe('');
      expect(tokensOf).toHaveBeenCalledTimes(2);
    } finally {
      tokensOf.mockRestore();
    }
  });

  it('reads a long text in pieces with pauses between, and has the tokens of the whole', async () => {
    const text = Array.from({ length: 2000 }, (_, i) => `  const value${i} = compute(${i}, options);\n\n`).join('');
    const memory = new WorkspaceMemory(tokenizer);
    let pauses = 0;
    await memory.remember('long.ts', text, async () => void pauses++);
    expect(pauses).toBeGreaterThan(text.length / 20_000);
    expect(memory.size.tokens).toBe(tokenizer.encodeContinuation(text).length + 1);
  });

  it('learns from a later prompt which choices were right', async () => {
    const memory = new WorkspaceMemory(tokenizer);
    await memory.remember('a.ts', 'registry.add(alpha);\nregistry.add(alpha);\n', noPause);
    const prompt = tokenizer.encode('x;\nregistry.add(');
    const [wrong, right] = [tokenizer.encodeContinuation('beta'), tokenizer.encodeContinuation('alpha')];
    /** How much the memory turns the first logits towards its own word, once `truth` has been typed again and again. */
    const trustAfter = (truth: readonly number[]) => {
      for (let i = 0; i < 30; i++) {
        const recall = memory.recall(prompt, 'b.ts');
        recall.mix({ logits: new Float32Array(tokenizer.texts.length) });
        recall.take(right[0] as number);
        memory.settle(prompt, recall.recalled);
        memory.learn([...prompt, ...truth]);
      }
      const { logits } = memory.recall(prompt, 'b.ts').mix({ logits: new Float32Array(tokenizer.texts.length) });
      return logits[right[0] as number] as number;
    };
    const confirmed = trustAfter(right);
    expect(trustAfter(wrong)).toBeLessThan(confirmed - 1);
    memory.clear();
    expect(memory.size.tokens).toBe(0);
  });
});
