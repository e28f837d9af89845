import { beforeAll, describe, expect, it } from 'vitest';
import { TextStream } from '../../../engine/generate/textStream.ts';
import type { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultTokenizer } from '../defaultModel.ts';

describe('TextStream', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await defaultTokenizer();
  });

  function run(text: string, end?: RegExp) {
    const stream = new TextStream(tokenizer, end);
    const pieces: string[] = [];
    for (const token of tokenizer.encode(text)) {
      const { piece, ended } = stream.push(token);
      pieces.push(piece);
      if (ended) break;
    }
    return { pieces, text: stream.text };
  }

  it('gives the text in pieces that add up, leading space included', () => {
    const { pieces, text } = run('  return a + b;\n');
    expect(text).toBe('  return a + b;\n');
    expect(pieces.join('')).toBe(text);
  });

  it('holds a character back until all its bytes are there', () => {
    const { pieces, text } = run('s = "😀日"');
    expect(text).toBe('s = "😀日"');
    expect(pieces.join('')).toBe(text);
    expect(pieces.some((piece) => piece.includes('\ufffd'))).toBe(false);
  });

  it('leaves out what it is told the tokens begin with', () => {
    const stream = new TextStream(tokenizer, undefined, 'func');
    const pieces = tokenizer.encode('function f() {').map((token) => stream.push(token).piece);
    expect(stream.text).toBe('tion f() {');
    expect(pieces.join('')).toBe(stream.text);
  });

  it('stops before the end it is told', () => {
    const { pieces, text } = run('first line\nsecond line', /\r?\n/);
    expect(text).toBe('first line');
    expect(pieces.join('')).toBe('first line');
  });
});
