import type { Stats } from 'node:fs';
import { type FileHandle, open, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { inWords, PaddockError } from '../errors.ts';
import { isPlainName, type ModelFile, type ModelFolder } from '../model/files.ts';

const MIB = 2 ** 20;

/**
 * Bytes that text files may have, by their name: a damaged folder must not fill the memory. The largest known tokenizer.json has 35 MB, the
 * largest index of shards 20 MB.
 */
const MAX_TEXT_BYTES: readonly (readonly [name: RegExp, bytes: number])[] = [
  [/^tokenizer\.json$/, 128 * MIB],
  [/^(?:vocab\.json|merges\.txt)$/, 64 * MIB],
  [/\.index\.json$|^(?:tokenizer_config|added_tokens)\.json$/, 32 * MIB],
  [/^/, 8 * MIB],
];

/** Files of which only the beginning is of use, and so many bytes of it. */
const BEGINNINGS: ReadonlyMap<string, number> = new Map([['README.md', 64 * 1024]]);

/**
 * A model folder on this machine's disk. Names may come from untrusted files; they never lead outside it.
 * @throws PaddockError `model-not-found` when there is no such folder, `bad-model` when it cannot be read
 */
export async function openNodeFolder(path: string): Promise<ModelFolder> {
  const found = await statModel(path, 'folder');
  if (!found.isDirectory()) {
    throw new PaddockError('model-not-found', `${path} is a file, not a folder. Choose the folder that holds config.json.`);
  }
  return {
    path,
    readText: async (name) => readText(await inside(path, name)),
    openFile: async (name) => openFile(await inside(path, name)),
  };
}

/**
 * A model that is one file, as GGUF is.
 * @throws PaddockError `model-not-found` when there is no such file, `bad-model` when it cannot be read
 */
export async function openNodeFile(path: string): Promise<ModelFile> {
  const found = await statModel(path, 'file');
  if (!found.isFile())
    throw new PaddockError('model-not-found', `${path} is not a file. Choose a model file, such as model.gguf.`);
  return openFile(path);
}

/**
 * What is at the path of a model.
 * @param what it should be, in words
 * @throws PaddockError `model-not-found` when there is nothing, `bad-model` when that cannot be told
 */
export async function statModel(path: string, what: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    if (!isMissing(error)) throw unreadable(path, error);
    throw new PaddockError('model-not-found', `There is no ${what} ${path}. Choose a model that exists.`);
  }
}

/**
 * Where a name in a folder leads. Names are plain, or plain ones joined by `/`; the folders on the way must lie in this one, links
 * followed. The file itself may be a link to anywhere, because Hugging Face's cache links every file.
 * @throws PaddockError `bad-model` for any other name
 */
async function inside(folder: string, name: string): Promise<string> {
  const refused = () =>
    new PaddockError(
      'bad-model',
      `${folder} names the file ${JSON.stringify(name.slice(0, 200))}, which would lie outside of it.`,
    );
  const parts = name.split('/');
  if (!parts.every(isPlainName)) throw refused();
  const path = join(folder, ...parts);
  if (parts.length === 1) return path;
  const root = await realpath(folder).catch(() => undefined);
  const holder = await realpath(dirname(path)).catch(() => undefined);
  // A folder that is missing makes its file missing, which is for the reader to say.
  if (root !== undefined && holder !== undefined && !holder.startsWith(root.endsWith(sep) ? root : root + sep)) throw refused();
  return path;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const { size } = await statFile(path);
    const name = basename(path);
    const beginning = BEGINNINGS.get(name);
    if (beginning !== undefined && size > beginning) return await readBeginning(path, beginning);
    const [, most = 0] = MAX_TEXT_BYTES.find(([pattern]) => pattern.test(name)) ?? [];
    if (size > most) {
      throw new PaddockError(
        'bad-model',
        `${path} has ${size} bytes; ${most} are the most that such a file may have. The folder is damaged or of another kind.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

async function readBeginning(path: string, length: number): Promise<string> {
  const file = await openFile(path);
  try {
    return new TextDecoder().decode(await file.read(0, length));
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<ModelFile> {
  const { handle, size } = await openHandle(path);
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
    openSibling: async (name) => {
      const folder = dirname(resolve(path));
      if (!isPlainName(name))
        throw new PaddockError('bad-model', `${path} names ${JSON.stringify(name.slice(0, 200))}, which is no file name.`);
      return openFile(join(folder, name));
    },
    close: () => handle.close(),
  };
}

/** A folder, pipe or device in place of a file, which might be read for ever, is rejected before it is opened. */
async function statFile(path: string): Promise<Stats> {
  const found = await stat(path);
  if (found.isFile()) return found;
  throw new PaddockError('bad-model', `${path} is not a file. Copy the whole model again.`);
}

async function openHandle(path: string): Promise<{ handle: FileHandle; size: number }> {
  try {
    const { size } = await statFile(path);
    return { handle: await open(path, 'r'), size };
  } catch (error) {
    if (!isMissing(error)) throw unreadable(path, error);
    throw new PaddockError('bad-model', `${path} is missing. Copy the whole model folder again.`);
  }
}

/** Whether an error of the file system says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

/** What the file system says about something that it does not let be read, as a typed error. */
export function unreadable(path: string, error: unknown): PaddockError {
  if (error instanceof PaddockError) return error;
  const why = OBSTACLES.get(codeOf(error) ?? '') ?? `${inWords(error)}. Check the disk that it is on, or choose another model.`;
  return new PaddockError('bad-model', `${path} cannot be read: ${why}`, { cause: error });
}

const DENIED = 'you have no permission. Change its permissions or those of the folders around it, or choose another model.';
const OBSTACLES: ReadonlyMap<string, string> = new Map([
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['ELOOP', 'its links lead in a circle. Choose the file or folder that they were meant to lead to.'],
]);

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
