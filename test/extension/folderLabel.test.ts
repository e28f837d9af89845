import { expect, test } from 'vitest';
import { folderLabel } from '../../extension/folderLabel.ts';

test.each([
  ['nothing before the paths of the only folder', ['app'], ['']],
  ['the name of each of several', ['app', 'lib'], ['app/', 'lib/']],
  ['names that are given twice, with a number', ['app', 'lib', 'app'], ['app (1)/', 'lib/', 'app (3)/']],
])('%s', (_, names, labels) => {
  const folders = names.map((name, index) => ({ name, index }));
  expect(folders.map((folder) => folderLabel(folder, folders))).toEqual(labels);
});
