/** A file or folder below a root; links are neither, since they may lead out of it. */
export interface TreeEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** The files below a folder. Paths are relative to it, with `/`; that of the folder itself is empty. */
export interface FileTree {
  /** What a folder holds; nothing when it cannot be read. */
  list(folder: string): Promise<readonly TreeEntry[]>;
  /** The text of a small file; undefined when it cannot be read. */
  read(file: string): Promise<string | undefined>;
}

/** Path of an entry of a folder. */
export function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder that a path lies in. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
