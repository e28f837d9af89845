import { rename, rm, writeFile } from 'node:fs/promises';

/** Suffix of unfinished files; leftover ones are removed when they are old. */
export const UNFINISHED = '.unfinished';

/** A unique name next to a file or folder, for what replaces it when complete. */
export function unfinishedName(path: string): string {
  return `${path}.${process.pid}.${Math.random().toString(36).slice(2)}${UNFINISHED}`;
}

/** Replaces a file atomically: concurrent readers see the old one. @throws Error of the file system, and leaves nothing then */
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
