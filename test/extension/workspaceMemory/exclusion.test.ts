import { expect, test } from 'vitest';
import { isExcludedBy } from '../../../extension/workspaceMemory/exclusion.ts';

test.each<[globs: readonly string[], path: string, expected: boolean]>([
  [[], 'src/a.ts', false],
  [['**/*.sql'], 'db/orders.sql', true],
  [['**/*.sql'], 'orders.sql', true],
  [['**/*.sql'], 'db/orders.ts', false],
  [['legal'], 'legal/terms.ts', true],
  [['legal'], 'src/legal/terms.ts', false],
  [['**/legal/**'], 'src/legal/deep/terms.ts', true],
  [['src/{vendor,fixtures}/**'], 'src/fixtures/a.ts', true],
  [['src/{vendor,fixtures}/**'], 'src/a.ts', false],
  [['*.ts'], 'a.ts', true],
  [['*.ts'], 'src/a.ts', false],
  [['a.ts', 'b.ts'], '/b.ts', true],
  [['', '/', '#', '!b.ts'], 'b.ts', false],
  [['src\\old'], 'src/old/a.ts', true],
  // Outside of the workspace's folders.
  [['**/notes.*'], '/home/someone/notes.ts', true],
  [['/home/someone/*'], '/home/someone/notes.ts', true],
  [['**/notes.*'], '/C:/Users/someone/notes.ts', true],
  [['**'], 'Untitled-1', true],
  // Not the path of a file.
  [['**'], '', false],
  [['**'], '../a.ts', false],
])('%j of %j: %s', (globs, path, expected) => {
  expect(isExcludedBy(globs, path, false)).toBe(expected);
});

test('upper and lower case are the same on file systems that ignore case', () => {
  expect(isExcludedBy(['Legal'], 'legal/a.ts', true)).toBe(true);
  expect(isExcludedBy(['Legal'], 'legal/a.ts', false)).toBe(false);
});
