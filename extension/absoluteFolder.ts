import path from 'node:path';

/** A folder as a person writes it, as an absolute path: `~` is their home, and a relative one starts there too. */
export function absoluteFolder(folder: string, home: string): string {
  const below = folder === '~' ? '' : folder.replace(/^~[/\\]/, '');
  return path.resolve(home, below);
}
