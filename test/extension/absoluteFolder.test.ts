import path from 'node:path';
import { expect, test } from 'vitest';
import { absoluteFolder } from '../../extension/absoluteFolder.ts';

const home = path.resolve('/home/ada');

test.each([
  ['/models/big', path.resolve('/models/big')],
  ['~', home],
  ['~/models/big', path.join(home, 'models', 'big')],
  ['models/big', path.join(home, 'models', 'big')],
  ['~other/models', path.join(home, '~other', 'models')],
])('%s', (folder, absolute) => {
  expect(absoluteFolder(folder, home)).toBe(absolute);
});
