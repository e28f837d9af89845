import { PaddockError } from '../errors.ts';
import { isJsonObject } from './parseJson.ts';

/** More than any size in a model: vocabularies, contexts and hidden sizes stay far below. */
const MOST_OF_ANYTHING = 2 ** 31 - 1;

/** Far more than any model has, since a graph is built layer by layer and, within each, expert by expert. */
export const MOST_LAYERS = 4096;
export const MOST_EXPERTS = 4096;

/**
 * The fields of a model's `config.json`, or of a GGUF file's metadata under the same names. A field may have several names, because
 * families differ in them; the first that exists counts.
 */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  /** File the fields come from, for messages. */
  readonly where: string;
  readonly #spelled: (name: string) => string;

  /** @param spelled a field's name in the file, where that is not config.json's */
  constructor(values: Readonly<Record<string, unknown>>, where: string, spelled: (name: string) => string = (name) => name) {
    this.#values = values;
    this.where = where;
    this.#spelled = spelled;
  }

  /** The value as it stands, or undefined for one that is missing or null. */
  get(...names: readonly string[]): unknown {
    for (const name of names) {
      const value = this.#values[name];
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }

  /** Whether the file has the field, and has it null. */
  isNull(name: string): boolean {
    return this.#values[name] === null;
  }

  /** A positive number. @throws PaddockError `bad-model` when it is missing without a fallback, or anything else */
  number(names: string | readonly string[], fallback?: number): number {
    return this.#number([names].flat(), fallback, 'a positive number', (value) => value > 0 && Number.isFinite(value));
  }

  /**
   * A positive whole number.
   * @param most upper limit against damaged files, if work or memory grow with the number
   * @throws PaddockError as {@link number}
   */
  count(names: string | readonly string[], fallback?: number, most = MOST_OF_ANYTHING): number {
    const expected = Number(this.get(...[names].flat())) > most ? `at most ${most}` : 'a positive whole number';
    return this.#number([names].flat(), fallback, expected, (value) => value > 0 && value <= most && Number.isInteger(value));
  }

  flag(name: string): boolean {
    return this.get(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** A list of finite numbers, or undefined when there is none. @throws PaddockError `bad-model` for anything else */
  numbers(name: string): readonly number[] | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => Number.isFinite(item))) return value;
    throw this.wrong(name, 'a list of numbers', value);
  }

  /** The fields of an object in a field; none when it is missing. @throws PaddockError `bad-model` when it is no object */
  inner(name: string): Fields | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return new Fields(value, this.where, this.#spelled);
    throw this.wrong(name, 'an object', value);
  }

  /** These fields, and before them those of an object in a field, if there is one. @throws PaddockError `bad-model` when it is no object */
  within(name: string): Fields {
    const part = this.inner(name);
    return part ? part.orElse(this.#values) : this;
  }

  /** These fields, and others where they are missing. */
  orElse(others: Readonly<Record<string, unknown>>): Fields {
    return new Fields({ ...others, ...this.#values }, this.where, this.#spelled);
  }

  wrong(name: string, expected: string, found: unknown): PaddockError {
    return new PaddockError(
      'bad-model',
      `${this.where}: "${this.#spelled(name)}" must be ${expected}, found ${JSON.stringify(found ?? null).slice(0, 80)}.`,
    );
  }

  #number(names: readonly string[], fallback: number | undefined, expected: string, isRight: (value: number) => boolean): number {
    const value = this.get(...names) ?? fallback;
    if (typeof value === 'number' && isRight(value)) return value;
    throw this.wrong(names[0] as string, expected, value);
  }
}

/** The tokens that a field names: one, several, or none. Anything that is not a token's number is left out. */
export function tokenIds(value: unknown): number[] {
  return [value].flat().filter((id): id is number => Number.isSafeInteger(id) && (id as number) >= 0);
}
