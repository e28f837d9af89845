import { expect, test } from 'vitest';
import { excludesOf } from '../../../extension/workspaceMemory/excludeGlobs.ts';
import { findFiles } from '../../../extension/workspaceMemory/findFiles.ts';
import { Rules, type RulesOptions } from '../../../extension/workspaceMemory/rules.ts';
import { memoryTree } from './memoryTree.ts';

const never = new AbortController().signal;

/** The files that are found, in order. Also checks that questions about each single file give the same answer. */
async function found(files: Readonly<Record<string, string>>, options: Partial<RulesOptions> = {}): Promise<readonly string[]> {
  const tree = memoryTree(files);
  const all = { tree, excludes: excludesOf(), ignoreCase: false, ...options };
  const { files: paths } = await findFiles(tree, new Rules(all), 1_000, never);
  const rules = new Rules(all);
  for (const path of Object.keys(files).filter((each) => /\.(ts|js|py)$/.test(each))) {
    expect(await rules.leavesOut(path), path).toBe(!paths.includes(path));
  }
  return paths;
}

test('upper folders come first; third-party files, secrets and files other than code are left out', async () => {
  const files = {
    'src/deep/b.ts': '',
    'src/a.ts': '',
    'main.py': '',
    'README.md': '',
    '.env': '',
    'src/secrets.json': '',
    'node_modules/x/index.js': '',
    'packages/a/node_modules/x/index.js': '',
    'dist/main.js': '',
    '.git/hooks/a.py': '',
  };
  expect(await found(files)).toEqual(['main.py', 'src/a.ts', 'src/deep/b.ts']);
});

test('a .gitignore applies to its folder and those below; the nearest takes precedence', async () => {
  const files = {
    '.gitignore': 'generated\n*.gen.ts\n/only-here.ts\n# a comment\n',
    'only-here.ts': '',
    'a.gen.ts': '',
    'generated/x.ts': '',
    'src/only-here.ts': '',
    'src/b.gen.ts': '',
    'src/generated/x.ts': '',
    'src/kept/.gitignore': '!*.gen.ts\nlocal.ts\n',
    'src/kept/c.gen.ts': '',
    'src/kept/local.ts': '',
    'src/kept/below/local.ts': '',
    'src/kept/below/d.gen.ts': '',
    'src/local.ts': '',
  };
  expect(await found(files)).toEqual(['src/local.ts', 'src/only-here.ts', 'src/kept/c.gen.ts', 'src/kept/below/d.gen.ts']);
});

test('an ignored folder cannot be included again by a rule inside it', async () => {
  const files = { '.gitignore': 'private/\n', 'private/.gitignore': '!*\n', 'private/a.ts': '', 'private.ts': '' };
  expect(await found(files)).toEqual(['private.ts']);
});

test('a .gitignore can leave out all folders but one', async () => {
  const files = { '.gitignore': '/packages/*\n!/packages/a\n', 'packages/a/x.ts': '', 'packages/b/x.ts': '', 'c.ts': '' };
  expect(await found(files)).toEqual(['c.ts', 'packages/a/x.ts']);
});

test('rules above the root apply, unless they ignore the root itself', async () => {
  const files = { 'a.ts': '', 'local/b.ts': '' };
  expect(await found(files, { outer: [{ root: 'app', text: 'local\n' }] })).toEqual(['a.ts']);
  expect(await found(files, { outer: [{ root: 'app', text: '/app/local\n' }] })).toEqual(['a.ts']);
  expect(await found(files, { outer: [{ root: 'app', text: '/other/local\n' }] })).toEqual(['a.ts', 'local/b.ts']);
  expect(await found(files, { outer: [{ root: 'app', text: '*\n' }] })).toEqual(['a.ts', 'local/b.ts']);
  expect(await found(files, { outer: [{ root: '', text: 'a.ts\n' }] })).toEqual(['local/b.ts']);
});

test('case matters as it does for the file system', async () => {
  const files = { '.gitignore': 'Local\n', 'local/a.ts': '', 'b.ts': '' };
  expect(await found(files)).toEqual(['b.ts', 'local/a.ts']);
  expect(await found(files, { ignoreCase: true })).toEqual(['b.ts']);
});

test.each([
  [{ '**/hidden': true }, ['a.js', 'a.ts', 'b.js', 'lib/c.js']],
  [{ lib: true }, ['a.js', 'a.ts', 'b.js', 'hidden/d.ts']],
  [{ '*.js': true }, ['a.ts', 'hidden/d.ts', 'lib/c.js']],
  [{ '**/*.{js,jsx}': true }, ['a.ts', 'hidden/d.ts']],
  [{ '{lib,hid{den,ing}}/**': true }, ['a.js', 'a.ts', 'b.js']],
  [{ '**/*.js': false }, ['a.js', 'a.ts', 'b.js', 'hidden/d.ts', 'lib/c.js']],
  [{ '**/*.js': { when: '$(basename).ts' } }, ['a.ts', 'b.js', 'hidden/d.ts', 'lib/c.js']],
  [{ '**/[ab].?s': true }, ['hidden/d.ts', 'lib/c.js']],
])('settings exclude %o', async (setting, left) => {
  const files = { 'a.ts': '', 'a.js': '', 'b.js': '', 'lib/c.js': '', 'hidden/d.ts': '' };
  expect(await found(files, { excludes: excludesOf(setting) })).toEqual(left);
});

test('globs of both settings count', async () => {
  const files = { 'a.ts': '', 'b.ts': '', 'c.ts': '' };
  expect(await found(files, { excludes: excludesOf({ 'a.ts': true }, { 'b.ts': true }) })).toEqual(['c.ts']);
});

test('a search ends at its limit and says so, or when it is cancelled', async () => {
  const tree = memoryTree({ 'a.ts': '', 'b.ts': '', 'c/d.ts': '' });
  const rules = new Rules({ tree, excludes: excludesOf(), ignoreCase: false });
  expect(await findFiles(tree, rules, 2, never)).toEqual({ files: ['a.ts', 'b.ts'], cut: true });
  expect(await findFiles(tree, rules, 3, never)).toEqual({ files: ['a.ts', 'b.ts', 'c/d.ts'], cut: false });
  expect(await findFiles(tree, rules, 3, AbortSignal.abort())).toEqual({ files: [], cut: true });
});
