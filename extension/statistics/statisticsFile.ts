import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PaddockError } from '../../engine/index.ts';
import { hasCode, takeLock } from './fileLock.ts';
import { parse, type StoredStatistics, serialize } from './storedStatistics.ts';

/** The one file of statistics, which all windows share. */
export class StatisticsFile {
  readonly path: string;
  readonly #warn: (message: string) => void;

  /** @param folder made when it is needed */
  constructor(folder: string, warn: (message: string) => void) {
    this.path = path.join(folder, 'statistics.json');
    this.#warn = warn;
  }

  /** Changes whenever the file is written. */
  async stamp(): Promise<string> {
    const found = await stat(this.path).catch(() => undefined);
    return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : '';
  }

  /**
   * What it holds; undefined when there is none, or none that can be understood.
   * @throws Error of the file system when it cannot be read
   */
  async read(): Promise<StoredStatistics | undefined> {
    const text = await this.#text();
    return text === undefined ? undefined : parse(text);
  }

  /**
   * Changes what it holds, one window at a time. Whoever reads meanwhile finds the old or the new, whole.
   * @param change is given what it holds, undefined when there is none; a file that cannot be understood is kept under another name
   * @returns what it holds now
   * @throws PaddockError `runtime` when another window holds it for seconds; Error of the file system when it cannot be written
   */
  async update(change: (stored: StoredStatistics | undefined) => StoredStatistics): Promise<StoredStatistics> {
    await mkdir(path.dirname(this.path), { recursive: true });
    const lock = await takeLock(`${this.path}.lock`);
    const part = `${this.path}.${randomUUID()}.part`;
    try {
      const changed = change(await this.#readOrSetAside());
      await writeFile(part, serialize(changed));
      if (!(await lock.isHeld()))
        throw new PaddockError('runtime', `${this.path} was taken by another window. It is tried again later.`);
      await rename(part, this.path);
      return changed;
    } finally {
      await rm(part, { force: true });
      await lock.release();
    }
  }

  async #readOrSetAside(): Promise<StoredStatistics | undefined> {
    const text = await this.#text();
    if (text === undefined) return undefined;
    const stored = parse(text);
    if (stored) return stored;
    const aside = this.path.replace(/json$/, 'broken.json');
    await rename(this.path, aside);
    this.#warn(`The statistics in ${this.path} cannot be understood. They are kept as ${aside}, and counting begins anew.`);
    return undefined;
  }

  async #text(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}
