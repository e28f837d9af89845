import path from 'node:path';

/** A path as a person writes it, as an absolute one: `~` is their home, and a relative one starts there too. */
export function absolutePath(written: string, home: string): string {
  const below = written === '~' ? '' : written.replace(/^~[/\\]/, '');
  return path.resolve(home, below);
}
