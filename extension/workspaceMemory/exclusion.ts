import ignore from 'ignore';
import { excludesOf } from './excludeGlobs.ts';

/** Whether `A` and `a` are one name on this machine, as Git takes it where it runs on such file systems. */
export const IGNORE_CASE = process.platform === 'win32' || process.platform === 'darwin';

/**
 * Whether globs of `paddock.exclude` name a file, or a folder that it lies in.
 * @param path relative to its folder of the workspace; of a file elsewhere, all of it
 */
export function isExcludedBy(globs: readonly string[], path: string, ignoreCase = IGNORE_CASE): boolean {
  const relative = path.replace(/^\/*([a-z]:\/)?/i, '');
  if (globs.length === 0 || !ignore.isPathValid(relative)) return false;
  const { patterns } = excludesOf(Object.fromEntries(globs.map((glob) => [glob, true])));
  return ignore({ ignorecase: ignoreCase, allowRelativePaths: false }).add(patterns).ignores(relative);
}
