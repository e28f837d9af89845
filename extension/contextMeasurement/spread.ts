import { folderOf } from '../workspaceMemory/fileTree.ts';

/** Things by the folder their path lies in, in the order in which the folders come. */
export function byFolder<T extends { readonly path: string }>(things: readonly T[]): Map<string, T[]> {
  const folders = new Map<string, T[]>();
  for (const thing of things) {
    const folder = folderOf(thing.path);
    folders.set(folder, [...(folders.get(folder) ?? []), thing]);
  }
  return folders;
}

/** Paths in an order that takes one of each folder after the other, those of a folder in the order of their names. */
export function spread(paths: readonly string[]): string[] {
  const sorted = paths.toSorted().map((path) => ({ path }));
  const folders = [...byFolder(sorted).values()];
  const most = folders.reduce((longest, inside) => Math.max(longest, inside.length), 0);
  return Array.from({ length: most }, (_, turn) => folders.flatMap((inside) => inside[turn]?.path ?? [])).flat();
}
