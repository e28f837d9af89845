import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PaddockError } from '../errors.ts';
import type { ModelFile, ModelFolder } from '../model/files.ts';

/** Small text files only: a damaged folder must not fill the memory. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/**
 * A model folder on this machine's disk.
 * @throws PaddockError `model-not-found` when there is no such folder
 */
export async function openNodeFolder(path: string): Promise<ModelFolder> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new PaddockError('model-not-found', `There is no folder ${path}. Choose a model folder that exists.`);
  if (!found.isDirectory()) {
    throw new PaddockError('model-not-found', `${path} is a file, not a folder. Choose the folder that holds config.json.`);
  }
  return { path, readText: (name) => readText(join(path, name)), openFile: (name) => openFile(join(path, name)) };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > MAX_TEXT_BYTES) {
      throw new PaddockError(
        'bad-model',
        `${path} is too large for what it should be. The folder is damaged or of another kind.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

async function openFile(path: string): Promise<ModelFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (!isMissing(error)) throw unreadable(path, error);
    throw new PaddockError('bad-model', `${path} is missing. Copy the whole model folder again.`);
  }
  const { size } = await handle.stat();
  return {
    path,
    size,
    async read(offset, length) {
      if (offset + length > size) {
        throw new PaddockError(
          'bad-model',
          `${path} is cut short: it has ${size} bytes, ${offset + length} are needed. Copy ${basename(path)} again.`,
        );
      }
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new PaddockError('bad-model', `${path} became shorter while it was read.`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unreadable(path: string, error: unknown): PaddockError {
  if (error instanceof PaddockError) return error;
  return new PaddockError('bad-model', `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
}
