import { expect, test } from 'vitest';
import { nearestFirst } from '../../../extension/workspaceMemory/nearest.ts';

const files = ['lib/z.ts', 'src/a.json', 'src/b.ts', 'src/deep/c.ts', 'src/d.ts', 'other/e.ts', 'f.ts', 'src/deep/down/g.ts'];

test('visited files come first, then their neighbours, code before data, then the rest by distance', () => {
  expect(nearestFirst(files, ['src/d.ts'])).toEqual([
    ...['src/d.ts', 'src/b.ts', 'src/a.json'],
    ...['f.ts', 'src/deep/c.ts'],
    ...['lib/z.ts', 'other/e.ts', 'src/deep/down/g.ts'],
  ]);
});

test('visits keep their order, and each has neighbours', () => {
  expect(nearestFirst(files, ['other/e.ts', 'src/deep/c.ts', 'gone.ts'])).toEqual([
    ...['other/e.ts', 'src/deep/c.ts'],
    'f.ts', // beside the removed one
    ...['lib/z.ts', 'src/b.ts', 'src/d.ts', 'src/deep/down/g.ts', 'src/a.json'],
  ]);
});

test('without visits, by kind and name', () => {
  expect(nearestFirst(['b.json', 'z/a.ts', 'script', 'a.ts'], [])).toEqual(['a.ts', 'z/a.ts', 'script', 'b.json']);
});
