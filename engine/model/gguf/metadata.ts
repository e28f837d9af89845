import { PaddockError } from '../../errors.ts';

/** Numbers of an array in the file, 64-bit integers rounded to doubles. */
export type GgufNumbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

export type GgufValue = string | number | boolean | readonly string[] | readonly boolean[] | readonly GgufValue[] | GgufNumbers;

/** Hyperparameters may have a value for each layer; no model has so many layers. Longer lists, as of a vocabulary, have readers of their own. */
const MAX_LIST = 65_536;

/** The key-value pairs of a GGUF file. Each reader gives undefined for a key that is not there, and throws for one of another type. */
export class GgufMetadata {
  readonly values: ReadonlyMap<string, GgufValue>;
  readonly #path: string;

  constructor(values: ReadonlyMap<string, GgufValue>, path: string) {
    this.values = values;
    this.#path = path;
  }

  /** The value whatever it is, lists as plain arrays. @throws PaddockError `bad-model` for a list that is longer than any hyperparameter's */
  get(key: string): unknown {
    const value = this.values.get(key);
    if (typeof value === 'object' && value.length > MAX_LIST) {
      throw new PaddockError(
        'bad-model',
        `${this.#path}: "${key}" is ${describe(value)} values, more than any model has layers. Do not use this file.`,
      );
    }
    return ArrayBuffer.isView(value) ? Array.from(value) : value;
  }

  /** @throws PaddockError `bad-model` when the value is no text */
  string(key: string): string | undefined {
    return this.#typed(key, 'a text', (value) => typeof value === 'string');
  }

  /** @throws PaddockError `bad-model` when the value is no finite number */
  number(key: string): number | undefined {
    return this.#typed(key, 'a number', (value): value is number => Number.isFinite(value));
  }

  /** @throws PaddockError `bad-model` when the value is not true or false */
  flag(key: string): boolean | undefined {
    return this.#typed(key, 'true or false', (value) => typeof value === 'boolean');
  }

  /** @throws PaddockError `bad-model` when the value is no list of texts */
  strings(key: string): readonly string[] | undefined {
    const isTexts = (value: GgufValue): value is readonly string[] =>
      isList(value) && value.every((item) => typeof item === 'string');
    return this.#typed(key, 'a list of texts', isTexts);
  }

  /** @throws PaddockError `bad-model` when the value is no list of numbers */
  numbers(key: string): GgufNumbers | undefined {
    return this.#typed(key, 'a list of numbers', (value): value is GgufNumbers => ArrayBuffer.isView(value));
  }

  /** @throws PaddockError `bad-model` when the value is no list of true and false */
  flags(key: string): readonly boolean[] | undefined {
    const isFlags = (value: GgufValue): value is readonly boolean[] =>
      isList(value) && value.every((item) => typeof item === 'boolean');
    return this.#typed(key, 'a list of true and false', isFlags);
  }

  /** The value, which must be there. @throws PaddockError `bad-model` naming the key when it is undefined */
  need<T>(key: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw new PaddockError('bad-model', `${this.#path} does not say "${key}". It is damaged, or no language model.`);
  }

  #typed<T extends GgufValue>(key: string, expected: string, is: (value: GgufValue) => value is T): T | undefined {
    const value = this.values.get(key);
    if (value === undefined || is(value)) return value;
    throw new PaddockError('bad-model', `${this.#path}: "${key}" must be ${expected}, found ${describe(value)}.`);
  }
}

function isList(value: GgufValue): value is readonly GgufValue[] {
  return Array.isArray(value);
}

function describe(value: GgufValue): string {
  return typeof value === 'object' ? `a list of ${value.length}` : JSON.stringify(value).slice(0, 80);
}
