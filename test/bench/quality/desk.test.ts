import { expect, test } from 'vitest';
import { Desk } from './desk.ts';

/** The text around the cursor after each key. */
function typed(text: string): string[] {
  const desk = new Desk({ path: 'a.ts', before: '', text, after: '\nz;' });
  const seen: string[] = [];
  while (desk.rest !== '' && seen.length < 100) {
    desk.press();
    seen.push(`${desk.prefix}|${desk.suffix}`.replace('\nz;', ''));
  }
  return seen;
}

test('brackets are closed, and those that are closed gone over', () => {
  expect(typed('f(a[0])')).toEqual(['f|', 'f(|)', 'f(a|)', 'f(a[|])', 'f(a[0|])', 'f(a[0]|)', 'f(a[0])|']);
});

test('a line break between brackets puts the closing one on a line of its own, and brings the indentation', () => {
  expect(typed('  if {\n    a\n  }').slice(4)).toEqual([
    '  if |',
    '  if {|}',
    '  if {\n    |\n  }',
    '  if {\n    a|\n  }',
    '  if {\n    a\n  }|',
  ]);
});

test('what nothing closes is left open, and what has been accepted needs no bracket any more', () => {
  expect(typed('(a').at(-1)).toBe('(a|');
  const desk = new Desk({ path: 'a.ts', before: 'x = ', text: 'f(a) + b', after: '' });
  desk.press();
  desk.press();
  expect(desk.suffix).toBe(')');
  desk.take('a) +');
  expect([desk.prefix, desk.suffix, desk.rest]).toEqual(['x = f(a) +', '', ' b']);
});
