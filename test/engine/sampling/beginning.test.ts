import { describe, expect, it } from 'vitest';
import { Beginning } from '../../../engine/sampling/beginning.ts';

const TEXTS = ['', 'f', 'fun', 'function', 'u', 'un', 'x'];
const logits = Float32Array.from(TEXTS, (_, token) => token);
const allowed = (beginning: Beginning) => {
  const restricted = beginning.restrict(logits);
  return TEXTS.filter((_, token) => restricted[token] !== -Infinity);
};

describe('Beginning', () => {
  it('allows what begins with it and what it begins with', () => {
    expect(allowed(new Beginning(TEXTS, 'fun'))).toEqual(['f', 'fun', 'function']);
  });

  it('goes on with what is left, and ends', () => {
    const beginning = new Beginning(TEXTS, 'fun');
    beginning.take(TEXTS.indexOf('f'));
    expect(allowed(beginning)).toEqual(['u', 'un']);
    beginning.take(TEXTS.indexOf('un'));
    expect(beginning.restrict(logits)).toBe(logits);
  });

  it('may be gone beyond', () => {
    const beginning = new Beginning(TEXTS, 'fun');
    beginning.take(TEXTS.indexOf('function'));
    expect(beginning.restrict(logits)).toBe(logits);
  });

  it('restricts nothing when nothing agrees with it', () => {
    expect(new Beginning(TEXTS, '日').restrict(logits)).toBe(logits);
  });

  it('keeps the logits it is given', () => {
    const before = logits.slice();
    new Beginning(TEXTS, 'fun').restrict(logits);
    expect(logits).toEqual(before);
  });
});
