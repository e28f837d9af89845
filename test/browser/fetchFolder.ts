import { PaddockError } from '../../engine/errors.ts';
import { isPlainName, type ModelFile, type ModelFolder } from '../../engine/model/files.ts';

/**
 * A model folder behind a URL, for pages. Files are read in ranges; a server that ignores them is asked for the whole file, once.
 * @param url of the folder, ending in `/`
 */
export function openFetchFolder(url: string): ModelFolder {
  return {
    path: url,
    async readText(name) {
      const response = await get(address(url, name));
      if (response.status === 404) return undefined;
      if (!response.ok) throw unreadable(response);
      return response.text();
    },
    openFile: (name) => openFile(address(url, name)),
  };
}

async function openFile(url: string): Promise<ModelFile> {
  const response = await get(url, { method: 'HEAD' });
  if (response.status === 404) throw new PaddockError('bad-model', `${url} is missing. Copy the whole model folder again.`);
  if (!response.ok) throw unreadable(response);
  const size = Number(response.headers.get('content-length'));
  let whole: Uint8Array<ArrayBuffer> | undefined;
  return {
    path: url,
    size,
    async read(offset, length) {
      if (offset + length > size) {
        throw new PaddockError('bad-model', `${url} is cut short: it has ${size} bytes, ${offset + length} are needed.`);
      }
      if (length === 0) return new Uint8Array(0);
      if (whole) return whole.slice(offset, offset + length);
      const part = await get(url, { headers: { range: `bytes=${offset}-${offset + length - 1}` } });
      if (!part.ok) throw unreadable(part);
      const bytes = new Uint8Array(await part.arrayBuffer());
      const found = part.status === 206 ? bytes : bytes.slice(offset, offset + length);
      if (part.status !== 206) whole = bytes;
      if (found.length !== length) throw new PaddockError('bad-model', `${url} became shorter while it was read.`);
      return found;
    },
    close: async () => {
      whole = undefined;
    },
  };
}

/** Names may come from untrusted files, so they must not lead out of the folder. */
function address(folder: string, name: string): string {
  const parts = name.split('/');
  if (parts.every(isPlainName)) return folder + parts.map(encodeURIComponent).join('/');
  throw new PaddockError(
    'bad-model',
    `${folder} names the file ${JSON.stringify(name.slice(0, 200))}, which would lie outside of it.`,
  );
}

async function get(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new PaddockError('bad-model', `${url} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

function unreadable({ url, status }: Response): PaddockError {
  return new PaddockError('bad-model', `${url} cannot be read: the server answers ${status}.`);
}
