import { isPaddockError } from '../errors.ts';

/** A folder with a model in it. Reading goes through this, so that the engine runs where there is no Node. */
export interface ModelFolder {
  /** For messages. */
  readonly path: string;
  /**
   * The whole of a text file, or undefined when there is none.
   * @throws PaddockError `bad-model` when it cannot be read, or is larger than files of its name may be
   */
  readText(name: string): Promise<string | undefined>;
  /** @throws PaddockError `bad-model` when there is no such file */
  openFile(name: string): Promise<ModelFile>;
}

/** Whether a {@link ModelFolder} says that there is no such file; for one that is there but cannot be read it gives a cause. */
function isAbsent(error: unknown): boolean {
  return isPaddockError(error, 'bad-model') && error.cause === undefined;
}

/** The file of that name, or undefined where there is none. @throws PaddockError `bad-model` when it cannot be read */
export async function findFile(folder: Pick<ModelFolder, 'openFile'>, name: string): Promise<ModelFile | undefined> {
  try {
    return await folder.openFile(name);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** One part of a path that stays where it is, on every system: no separator, drive, stream or control character. */
export function isPlainName(name: string): boolean {
  return name !== '' && name.length <= 255 && name !== '.' && name !== '..' && !/[/\\:\p{Cc}]/u.test(name);
}

/** A file read in parts. */
export interface ModelFile {
  /** For messages. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** @throws PaddockError `bad-model` when the file ends before `offset + length` */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Another file of the same folder, where the file has one.
   * @param name a plain file name
   * @throws PaddockError `bad-model` when there is no such file, or the name leads elsewhere
   */
  openSibling?(name: string): Promise<ModelFile>;
  close(): Promise<void>;
}
