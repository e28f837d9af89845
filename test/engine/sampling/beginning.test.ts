import { describe, expect, it } from 'vitest';
import { Beginning } from '../../../engine/sampling/beginning.ts';
import { TokenTexts } from '../../../engine/sampling/tokenTexts.ts';
import { Random } from '../../support/random.ts';

const TEXTS = ['', 'f', 'fun', 'function', 'u', 'un', 'x', 'fun'];
const allowed = (beginning: Beginning) =>
  beginning.allowed && TEXTS.filter((_, token) => beginning.allowed?.includes(token) ?? false);

describe('Beginning', () => {
  it('allows tokens that begin with it and tokens that it begins with', () => {
    expect(allowed(new Beginning(TEXTS, 'fun'))).toEqual(['f', 'fun', 'function', 'fun']);
  });

  it('continues with the rest, and ends', () => {
    const beginning = new Beginning(TEXTS, 'fun');
    beginning.take(TEXTS.indexOf('f'));
    expect(allowed(beginning)).toEqual(['u', 'un']);
    expect(beginning.isComplete).toBe(false);
    beginning.take(TEXTS.indexOf('un'));
    expect(beginning.allowed).toBeUndefined();
    expect(beginning.isComplete).toBe(true);
  });

  it('may be exceeded by a token', () => {
    const beginning = new Beginning(TEXTS, 'fun');
    beginning.take(TEXTS.indexOf('function'));
    expect(beginning.allowed).toBeUndefined();
  });

  it('restricts nothing if no token agrees with it', () => {
    expect(new Beginning(TEXTS, '日').allowed).toBeUndefined();
  });
});

describe('TokenTexts', () => {
  const random = new Random(71);
  const texts = Array.from({ length: 3000 }, () =>
    String.fromCharCode(
      ...Array.from({ length: random.below(6) }, () => [97, 98, 32, 0x65e5, 0xd83d, 0xde00][random.below(6)] as number),
    ),
  );
  const index = TokenTexts.of(texts);
  const starts = [...new Set(texts)].filter((text) => text !== '').slice(0, 300);
  const scan = (test: (text: string) => boolean) =>
    [...texts.keys()].filter((token) => texts[token] !== '' && test(texts[token] as string));
  const sorted = (tokens: Int32Array) => [...tokens].sort((a, b) => a - b);

  it('finds the same as a search of every text', () => {
    for (const start of starts) {
      expect(sorted(index.beginningWith(start))).toEqual(scan((text) => text.startsWith(start)));
      expect(sorted(index.agreeingWith(start))).toEqual(scan((text) => text.startsWith(start) || start.startsWith(text)));
      expect(index.hasLonger(start)).toBe(texts.some((text) => text.length > start.length && text.startsWith(start)));
    }
    expect(index.beginningWith('zz')).toHaveLength(0);
    expect(index.hasLonger('zz')).toBe(false);
  });

  it('is created once for a vocabulary', () => {
    expect(TokenTexts.of(texts)).toBe(index);
    expect(TokenTexts.of([...texts])).not.toBe(index);
  });
});
