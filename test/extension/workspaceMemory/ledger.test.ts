import { expect, test } from 'vitest';
import { Ledger } from '../../../extension/workspaceMemory/ledger.ts';

const small = () => new Ledger({ characters: 10, lines: 4 });

test('counts each text of a document once', () => {
  const ledger = small();
  expect(ledger.enter('a', 'one', false)).toEqual({ outcome: 'entered', gone: [] });
  expect(ledger.enter('a', 'one', false)).toEqual({ outcome: 'same', gone: [] });
  expect(ledger.enter('a', 'three', false)).toEqual({ outcome: 'entered', gone: [] });
  expect([ledger.size, ledger.characters, ledger.paths]).toEqual([1, 5, ['a']]);
  expect([ledger.delete('a'), ledger.delete('a'), ledger.characters]).toEqual([true, false, 0]);
});

test('far documents have no room once the limit of characters or lines is reached', () => {
  const ledger = small();
  ledger.enter('a', '12345678', false);
  expect(ledger.enter('b', '123', false)).toEqual({ outcome: 'full', gone: [] });
  expect(ledger.enter('b', '12', false).outcome).toBe('entered');
  ledger.clear();
  ledger.enter('a', '\n\n', false);
  expect(ledger.enter('b', '\n', false)).toEqual({ outcome: 'full', gone: [] });
  expect(ledger.enter('b', '1', false).outcome).toBe('entered');
});

test('near documents replace far ones, the last first, and never near ones', () => {
  const ledger = small();
  ledger.enter('near', '12', true);
  ledger.enter('far', '12', false);
  ledger.enter('farther', '123', false);
  ledger.enter('farthest', '123', false);
  expect(ledger.enter('new', '1234', true)).toEqual({ outcome: 'entered', gone: ['farthest', 'farther'] });
  expect(ledger.paths).toEqual(['near', 'far', 'new']);
  expect(ledger.enter('huge', '123456', true)).toEqual({ outcome: 'full', gone: ['far'] });
  expect([ledger.paths, ledger.characters]).toEqual([['near', 'new'], 6]);
});

test('a document that has become near is no longer replaced', () => {
  const ledger = small();
  ledger.enter('a', '12345', false);
  expect(ledger.enter('a', '12345', true).outcome).toBe('same');
  expect(ledger.enter('b', '123456', true)).toEqual({ outcome: 'full', gone: [] });
  expect(ledger.has('a')).toBe(true);
});

test('if a new text of a document does not fit, its old text is removed, too', () => {
  const ledger = small();
  ledger.enter('a', '12345', false);
  expect(ledger.enter('a', '12345678901', false)).toEqual({ outcome: 'full', gone: ['a'] });
  expect(ledger.size).toBe(0);
});
