import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../errors.ts';

/** What a search for models heeds and tells. */
export interface Search {
  readonly signal?: AbortSignal;
  /** Most files and folders that are looked at below one folder, so that a whole disk is not. */
  readonly mostEntries?: number;
  /** Told, in words for a log, where something was left out. */
  readonly onProblem?: (problem: string) => void;
}

const MOST_ENTRIES = 20_000;

/** A file found below a folder. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  /** Bytes; of a link, those of what it leads to. */
  readonly bytes: number;
}

/**
 * The files below a folder, folders before their inner ones. Links are followed, but no folder is entered twice.
 * A folder inside that cannot be read is passed over; the outermost one throws.
 * @param depth how many folders deep
 * @throws Error of the file system; PaddockError `cancelled`
 */
export async function* filesBelow(folder: string, depth: number, search: Search = {}): AsyncGenerator<FoundFile> {
  const { signal, mostEntries = MOST_ENTRIES, onProblem } = search;
  const seen = new Set<string>();
  let left = mostEntries;
  let level = [folder];
  for (let at = 0; at <= depth && level.length > 0; at++) {
    const next: string[] = [];
    for (const path of level) {
      throwIfCancelled(signal);
      const real = at === 0 ? await realpath(path) : await realpath(path).catch(() => undefined);
      if (real === undefined || seen.has(real)) continue;
      seen.add(real);
      const names = at === 0 ? await readdir(path) : await readdir(path).catch(() => []);
      for (const name of names.sort()) {
        const inner = join(path, name);
        if (left-- <= 0) {
          onProblem?.(`${folder} holds more than ${mostEntries} files and folders: nothing from ${inner} on was looked at.`);
          return;
        }
        const found = await stat(inner).catch(() => undefined);
        if (found?.isDirectory()) next.push(inner);
        else if (found?.isFile()) yield { path: inner, name, bytes: found.size };
      }
    }
    level = next;
  }
}

/** The names in a folder, sorted; none where it cannot be read. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** A small JSON file, or undefined when it is missing, too large, or no JSON object. */
export async function readSmallJson(path: string, mostBytes = 2 ** 20): Promise<Record<string, unknown> | undefined> {
  try {
    if ((await stat(path)).size > mostBytes) return undefined;
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The first 4 KiB of a text file; nothing where it cannot be read. */
export async function firstText(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

/** The first line with text in it, of at most 120 characters. */
export async function firstLine(path: string): Promise<string | undefined> {
  const lines = (await firstText(path)).split('\n');
  return lines
    .find((line) => line.trim() !== '')
    ?.trim()
    .slice(0, 120);
}
