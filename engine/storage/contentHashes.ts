import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { throwIfCancelled } from '../errors.ts';
import type { ModelFile } from '../model/files.ts';
import { writeWhole } from './wholeFile.ts';

const CHUNK_BYTES = 4 * 2 ** 20;
/** Files remembered, the latest. */
const MOST_REMEMBERED = 500;
const SHA_256 = /^[0-9a-f]{64}$/;

/** SHA-256 of files, remembered by path, size and time of change, so that a file that was not touched is not read again. */
export class ContentHashes {
  readonly #index: string;

  /** @param index file that stores them; if it is missing or damaged, everything is recomputed */
  constructor(index: string) {
    this.#index = index;
  }

  /** @param onBytes told the bytes read so far @throws PaddockError `cancelled` within one chunk */
  async of(file: ModelFile, signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<string> {
    const found = await stat(file.path).catch(() => undefined);
    const key = found && `${file.path} ${found.size} ${found.mtimeMs} ${found.ino}`;
    const remembered = key === undefined ? undefined : (await this.#read())[key];
    if (remembered !== undefined) return remembered;
    const hash = createHash('sha256');
    for (let at = 0; at < file.size; at += CHUNK_BYTES) {
      throwIfCancelled(signal);
      hash.update(await file.read(at, Math.min(CHUNK_BYTES, file.size - at)));
      onBytes?.(at);
    }
    const digest = hash.digest('hex');
    if (key !== undefined) await this.#remember(key, digest);
    return digest;
  }

  async #read(): Promise<Record<string, string>> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#index, 'utf8'));
      const isHash = (entry: [string, unknown]): entry is [string, string] => SHA_256.test(String(entry[1]));
      const entries = Object.entries(value ?? {}).filter(isHash);
      return Object.fromEntries(entries);
    } catch {
      return {};
    }
  }

  /** If it cannot be written, the hashes are recomputed next time. */
  async #remember(key: string, digest: string): Promise<void> {
    const entries = [...Object.entries(await this.#read()), [key, digest]].slice(-MOST_REMEMBERED);
    await writeWhole(this.#index, JSON.stringify(Object.fromEntries(entries))).catch(() => undefined);
  }
}
