import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PaddockError } from '../../engine/index.ts';
import { hasCode, takeLock } from './fileLock.ts';

/** The format of a file's content. */
export interface FileFormat<T> {
  /** Undefined for text that {@link serialize} did not write. */
  readonly parse: (text: string) => T | undefined;
  readonly serialize: (value: T) => string;
}

/**
 * A JSON file that all windows share. Readers see either the old or the new content, complete, and no window loses what another has
 * written.
 */
export class SharedFile<T> {
  readonly path: string;
  readonly #format: FileFormat<T>;
  readonly #onBroken: (aside: string) => void;

  /**
   * @param file ends in `.json`; its folder is made when it is needed
   * @param onBroken called with the path to which an unreadable file was moved
   */
  constructor(file: string, format: FileFormat<T>, onBroken: (aside: string) => void) {
    this.path = file;
    this.#format = format;
    this.#onBroken = onBroken;
  }

  /** Changes with the file; empty when there is none. Two writings in the same instant may leave the same one. */
  async stamp(): Promise<string> {
    const found = await stat(this.path, { bigint: true }).catch(() => undefined);
    return found ? `${found.mtimeNs} ${found.size} ${found.ino}` : '';
  }

  /**
   * Its content; undefined if the file is missing or invalid.
   * @throws Error of the file system when it cannot be read
   */
  async read(): Promise<T | undefined> {
    return (await this.#look())?.value;
  }

  /** As {@link read}; an invalid file is moved to another name. */
  async readOrSetAside(): Promise<T | undefined> {
    const seen = await this.#look();
    if (!seen || seen.value !== undefined) return seen?.value;
    const aside = this.path.replace(/json$/, 'broken.json');
    await rename(this.path, aside);
    this.#onBroken(aside);
    return undefined;
  }

  /**
   * Changes what it holds, one window at a time.
   * @param change is given what it holds, undefined when there is none; a file that cannot be understood is kept under another name
   * @returns what it holds now
   * @throws PaddockError `runtime` when another window holds it for seconds; Error of the file system when it cannot be written
   */
  async update(change: (stored: T | undefined) => T): Promise<T> {
    await mkdir(path.dirname(this.path), { recursive: true });
    const lock = await takeLock(`${this.path}.lock`);
    const part = `${this.path}.${randomUUID()}.part`;
    try {
      const value = change(await this.readOrSetAside());
      await writeFile(part, this.#format.serialize(value));
      if (!(await lock.isHeld()))
        throw new PaddockError('runtime', `${this.path} was taken by another window. It is tried again later.`);
      await rename(part, this.path);
      return value;
    } finally {
      await rm(part, { force: true });
      await lock.release();
    }
  }

  /** @throws Error of the file system when it cannot be removed */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** What the file holds; undefined when there is none. */
  async #look(): Promise<{ readonly value: T | undefined } | undefined> {
    const text = await readIfThere(this.path);
    return text === undefined ? undefined : { value: this.#format.parse(text) };
  }
}

/** @throws Error of the file system when it is there and cannot be read */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
