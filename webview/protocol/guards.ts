/** Checks whether a value has a type; for data from outside: files, messages. */
export type Guard<T> = (value: unknown) => value is T;

export const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';
export const isString: Guard<string> = (value) => typeof value === 'string';
/** Identifiers of conversations, messages and attachments, which also serve as names of files and fields. */
export const isId: Guard<string> = (value): value is string => isString(value) && /^[\w-]{1,64}$/.test(value);
/** A finite number; others cannot be plotted. */
export const isFiniteNumber: Guard<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);
export const isCount: Guard<number> = (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** One of these values. */
export function isOneOf<const T extends string | number>(...values: readonly T[]): Guard<T> {
  return (value): value is T => values.some((each) => each === value);
}

export function isListOf<T>(isItem: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(isItem);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** An object that has these fields; it may have more. */
export function isObject<T>(fields: { readonly [K in keyof T]: Guard<T[K]> }): Guard<T> {
  const guards = Object.entries<Guard<unknown>>(fields);
  return (value): value is T => isRecord(value) && guards.every(([name, isField]) => isField(value[name]));
}

/** An object that has some of these fields, at least one. */
export function isPartOf<T>(fields: { readonly [K in keyof T]: Guard<T[K]> }): Guard<Partial<T>> {
  const guards = Object.entries<Guard<unknown>>(fields);
  return (value): value is Partial<T> => {
    if (!isRecord(value)) return false;
    const there = guards.filter(([name]) => Object.hasOwn(value, name));
    return there.length > 0 && there.every(([name, isField]) => isField(value[name]));
  };
}

/** A text under each of these names. */
export function hasTexts<Name extends string>(names: readonly Name[]): Guard<Readonly<Record<Name, string>>> {
  return (value): value is Readonly<Record<Name, string>> => isRecord(value) && names.every((name) => isString(value[name]));
}

export function isNullable<T>(isValue: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || isValue(value);
}

export function isMissingOr<T>(isValue: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || isValue(value);
}
