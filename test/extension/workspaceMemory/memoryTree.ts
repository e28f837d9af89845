import { below, type FileTree, folderOf, nameOf, type TreeEntry } from '../../../extension/workspaceMemory/fileTree.ts';

/** A tree of files in memory, by path. */
export function memoryTree(files: Readonly<Record<string, string>>): FileTree {
  const folders = new Map<string, Map<string, TreeEntry>>([['', new Map()]]);
  const add = (path: string, isFolder: boolean) => {
    const folder = folderOf(path);
    if (folder !== '' && !folders.has(folder)) add(folder, true);
    if (isFolder) folders.set(path, new Map());
    folders.get(folder)?.set(nameOf(path), { name: nameOf(path), isFolder });
  };
  for (const path of Object.keys(files)) add(path, false);
  return {
    list: async (folder) => [...(folders.get(folder)?.values() ?? [])],
    read: async (file) => files[below('', file)],
  };
}
