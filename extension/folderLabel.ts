/** A folder of the workspace, as VS Code has it. */
export interface NamedFolder {
  readonly name: string;
  readonly index: number;
}

/** Prefix of the paths of a folder's files, so that paths are unique in the workspace; empty if it is the only folder. */
export function folderLabel(folder: NamedFolder, folders: readonly NamedFolder[]): string {
  if (folders.length < 2) return '';
  // Folders at different places can have the same name.
  const isUnique = folders.every(({ name, index }) => name !== folder.name || index === folder.index);
  return isUnique ? `${folder.name}/` : `${folder.name} (${folder.index + 1})/`;
}
