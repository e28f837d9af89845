import { rename, rm, writeFile } from 'node:fs/promises';

/** End of the names of what is not finished yet; left behind, it is removed when it is old. */
export const UNFINISHED = '.unfinished';

/** A name beside a file or folder, and nobody else's, for what takes its place when it is whole. */
export function unfinishedName(path: string): string {
  return `${path}.${process.pid}.${Math.random().toString(36).slice(2)}${UNFINISHED}`;
}

/** Writes a file at once: whoever reads it meanwhile finds the old one. @throws Error of the file system, and leaves nothing then */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = unfinishedName(path);
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}
