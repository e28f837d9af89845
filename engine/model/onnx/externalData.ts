import { PaddockError } from '../../errors.ts';
import { isPlainName } from '../files.ts';

/** More parts than any export has. */
const MAX_FILES = 1000;

/**
 * The files that tensors of a graph lie in ("external data"). Names come from the file and are not trusted: onnxruntime would open
 * whatever they say, even an address in memory.
 */
export class ExternalData {
  readonly #path: string;
  readonly #ends = new Map<string, number>();

  /** @param path of the graph, for messages */
  constructor(path: string) {
    this.#path = path;
  }

  /** Name of each file, and how many bytes of it the tensors reach. */
  get files(): ReadonlyMap<string, number> {
    return this.#ends;
  }

  /**
   * Takes the `external_data` of one tensor.
   * @param bytes the tensor's own size: onnxruntime maps as much into memory, whatever the entry says
   * @throws PaddockError `bad-model` unless it names a file right beside the graph, once
   */
  add(tensor: string, entries: readonly (readonly [key: string, value: string])[], bytes: number): void {
    const refuse = (why: string) =>
      new PaddockError('bad-model', `${this.#path}: the tensor "${tensor.slice(0, 100)}" ${why}. Do not use this file.`);
    const values = new Map(entries);
    if (values.size !== entries.length) throw refuse('says twice where its data lies');
    const location = values.get('location') ?? '';
    if (!isFileName(location))
      throw refuse(`wants to read ${JSON.stringify(location.slice(0, 100))}, which is no file beside it`);
    const [offset, length] = ['offset', 'length'].map((key) => {
      const text = values.get(key) ?? '0';
      const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (Number.isNaN(number)) throw refuse(`has its data at ${key} ${JSON.stringify(text.slice(0, 40))}`);
      return number;
    }) as [number, number];
    this.#ends.set(location, Math.max(this.#ends.get(location) ?? 0, offset + Math.max(length, bytes)));
    if (this.#ends.size > MAX_FILES) throw refuse(`is in one of more than ${MAX_FILES} files`);
  }
}

/** A plain name that means a file in the folder on every system, because onnxruntime opens it without checking. */
export function isFileName(name: string): boolean {
  return isPlainName(name) && !/[*?"<>|]/.test(name) && !/^\.+$/.test(name);
}
