import { PaddockError } from '../../engine/errors.ts';
import type { ModelFolder } from '../../engine/model/files.ts';
import { fileOf } from './fuzz.ts';

/** A folder in memory. Values other than strings and bytes are read as JSON. Only bytes can be opened as files. */
export function memoryFolder(files: Readonly<Record<string, unknown>>): ModelFolder {
  const find = (name: string) => (Object.hasOwn(files, name) ? files[name] : undefined);
  return {
    path: 'memory',
    readText: async (name) => {
      const file = find(name);
      if (file instanceof Uint8Array) return new TextDecoder().decode(file);
      return typeof file === 'string' || file === undefined ? file : JSON.stringify(file);
    },
    openFile: async (name) => {
      const file = find(name);
      if (!(file instanceof Uint8Array)) throw new PaddockError('bad-model', `${name} is missing.`);
      return fileOf(file, name);
    },
  };
}
