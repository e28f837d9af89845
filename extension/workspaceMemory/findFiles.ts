import { fileKind } from './fileKinds.ts';
import { below, type FileTree } from './fileTree.ts';
import type { Rules } from './rules.ts';

/** Folders read at once. */
const ABREAST = 8;

export interface FoundFiles {
  readonly files: readonly string[];
  /** Whether there are more. */
  readonly cut: boolean;
}

/** Whether a file can hold code, by its name. */
const canHoldCode = (path: string) => fileKind(path) !== undefined;

/**
 * Finds the wanted files below a folder that the rules do not exclude, upper folders first.
 * @param most files at which the search ends
 * @param signal ends it early, with what has been found
 * @param isWanted by its path; by default, what can hold code
 */
export async function findFiles(
  tree: FileTree,
  rules: Rules,
  most: number,
  signal: AbortSignal,
  isWanted: (path: string) => boolean = canHoldCode,
): Promise<FoundFiles> {
  const files: string[] = [];
  let level = [''];
  while (level.length > 0) {
    const deeper: string[] = [];
    for (let i = 0; i < level.length; i += ABREAST) {
      if (signal.aborted) return { files, cut: true };
      const lists = await Promise.all(level.slice(i, i + ABREAST).map((folder) => entriesOf(tree, rules, folder, isWanted)));
      files.push(...lists.flatMap((list) => list.files));
      deeper.push(...lists.flatMap((list) => list.folders));
      if (files.length > most) return { files: files.slice(0, most), cut: true };
    }
    level = deeper;
  }
  return { files, cut: false };
}

async function entriesOf(
  tree: FileTree,
  rules: Rules,
  folder: string,
  isWanted: (path: string) => boolean,
): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  for (const { name, isFolder } of await tree.list(folder)) {
    const path = below(folder, name);
    if (!isFolder && !isWanted(path)) continue;
    if (await rules.leavesOutEntry(path, isFolder)) continue;
    (isFolder ? folders : files).push(path);
  }
  return { files: files.sort(), folders: folders.sort() };
}
