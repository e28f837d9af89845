import path from 'node:path';
import { expect, test } from 'vitest';
import { absolutePath } from '../../extension/absolutePath.ts';

const home = path.resolve('/home/ada');

test.each([
  ['/models/big', path.resolve('/models/big')],
  ['~', home],
  ['~/models/big', path.join(home, 'models', 'big')],
  ['models/big', path.join(home, 'models', 'big')],
  ['~other/models', path.join(home, '~other', 'models')],
])('%s', (written, absolute) => {
  expect(absolutePath(written, home)).toBe(absolute);
});
