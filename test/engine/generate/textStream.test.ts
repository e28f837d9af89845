import { beforeAll, describe, expect, it } from 'vitest';
import { TextStream } from '../../../engine/generate/textStream.ts';
import type { Stop } from '../../../engine/sampling/stop.ts';
import type { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultTokenizer } from '../../support/defaultModel.ts';
import { Random } from '../../support/random.ts';

const LINE_END: Stop = { pattern: /\r?\n/, partial: /\r$/ };

describe('TextStream', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await defaultTokenizer();
  });

  function feed(tokens: readonly number[], stops: readonly Stop[], lead?: string) {
    const stream = new TextStream(tokenizer, stops, lead);
    const pieces: string[] = [];
    let ended = false;
    for (const token of tokens) {
      const next = stream.push(token);
      pieces.push(next.piece);
      ended = next.ended;
      if (ended) break;
    }
    pieces.push(stream.finish());
    return { pieces, text: stream.text, ended };
  }
  const run = (text: string, ...stops: Stop[]) => feed(tokenizer.encode(text), stops);
  /** Tokens of single characters, so that every searched text spans several. */
  const letters = (text: string) => [...text].flatMap((letter) => tokenizer.encode(letter));

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

  it('leaves out a character whose last bytes are never generated', () => {
    const tokens = tokenizer.encode('日');
    expect(tokens.length).toBeGreaterThan(1);
    expect(feed([...tokenizer.encode('s = '), ...tokens.slice(0, -1)], []).text).toBe('s = ');
  });

  it('keeps a replacement character that the text holds, also at its end', () => {
    expect(run('q \ufffd').text).toBe('q \ufffd');
    expect(run('\ufffd, \ufffd\ufffd').text).toBe('\ufffd, \ufffd\ufffd');
  });

  it('loses no character where every token ends amid one, and finds the stop behind them', () => {
    const bytes = new TextEncoder().encode(`${'日本語'.repeat(9)}END and more`);
    const tokens = [bytes.subarray(0, 1), ...Array.from(bytes, (_, i) => bytes.subarray(3 * i + 1, 3 * i + 4))];
    const stream = new TextStream({ bytesOf: (token) => tokens[token], decode: () => '' }, ['END']);
    const pieces: string[] = [];
    const end = tokens.findIndex((_, token) => {
      const { piece, ended } = stream.push(token);
      pieces.push(piece);
      return ended;
    });
    expect(end).toBeGreaterThan(0);
    expect(stream.text).toBe('日本語'.repeat(9));
    expect(pieces.slice(0, 5)).toEqual(['', '日', '本', '語', '日']);
    expect(pieces.join('')).toBe(stream.text);
  });

  it('decodes piece by piece to the same text as at once', () => {
    const random = new Random(91);
    for (let i = 0; i < 20; i++) {
      const text = Array.from(
        { length: 60 },
        () => ['  ', '\n', 'for', '日本', '😀', 'x', ' =>', 'é', '"', '\t'][random.below(10)],
      ).join('');
      const tokens = tokenizer.encode(text);
      expect(feed(tokens, []).text).toBe(tokenizer.decode(tokens));
    }
  });

  it('leaves out the text that the tokens were forced to begin with', () => {
    const { pieces, text } = feed(tokenizer.encode('function f() {'), [], 'func');
    expect(text).toBe('tion f() {');
    expect(pieces.join('')).toBe(text);
    expect(feed(tokenizer.encode('class A {'), [], 'func').text).toBe('');
  });

  it('stops before the given end', () => {
    expect(run('first line\nsecond line', LINE_END)).toMatchObject({ text: 'first line', ended: true });
    expect(run('one, two', 'three')).toMatchObject({ text: 'one, two', ended: false });
  });

  it('stops at the first of several ends, in whatever order they are given', () => {
    expect(run('alpha beta gamma', 'gamma', 'beta').text).toBe('alpha ');
    expect(run('alpha\nbeta', 'beta', LINE_END).text).toBe('alpha');
  });

  it.each(['STOP', '</answer>', 'ababc'])('never returns a part of %j, although it comes letter by letter', (stop) => {
    const stream = new TextStream(tokenizer, [stop]);
    let given = '';
    for (const token of letters(`some text ab${stop} and more`)) {
      const { piece, ended } = stream.push(token);
      given += piece;
      expect('some text ab'.startsWith(given)).toBe(true);
      if (ended) break;
    }
    expect(given).toBe('some text ab');
    expect(stream.finish()).toBe('');
  });

  it('returns held-back text if it was not the stop after all', () => {
    const { pieces, text } = feed(letters('a STORY, S'), ['STOP']);
    expect(text).toBe('a STORY, S');
    expect(pieces.join('')).toBe(text);
    expect(pieces.slice(2, 5)).toEqual(['', '', '']);
  });

  it('holds back text that a pattern may still match', () => {
    const blank: Stop = { pattern: /\n[ \t]*\n/, partial: /\n[ \t]*$/ };
    const stream = new TextStream(tokenizer, [blank]);
    const given = letters('a\n  b\n \nc').map((token) => stream.push(token).piece);
    expect(given.slice(0, 5)).toEqual(['a', '', '', '', '\n  b']);
    expect(stream.text).toBe('a\n  b');
    expect(feed(letters('a\r\nb'), [LINE_END]).text).toBe('a');
    expect(feed(letters('a\rb'), [LINE_END]).text).toBe('a\rb');
  });
});
