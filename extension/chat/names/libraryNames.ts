import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LANGUAGES, type Language } from './tokens.ts';

export type LibraryNames = Readonly<Record<Language, ReadonlySet<string>>>;

/** Languages whose code calls the libraries of another. */
const BESIDE: Readonly<Partial<Record<Language, Language>>> = { kotlin: 'java', cpp: 'c' };

/**
 * Names of languages and their libraries, each in a file, a line for each name. A header is listed as it is included: `<stdio.h>`.
 * @param folder of the lists
 * @param languages whose names are wanted; others have none
 */
export async function libraryNames(folder: string, languages: readonly Language[]): Promise<LibraryNames> {
  const lists = LANGUAGES.map(async (language) => {
    const read = languages.includes(language) ? [language, ...(BESIDE[language] ? [BESIDE[language]] : [])] : [];
    const texts = await Promise.all(read.map((name) => readFile(path.join(folder, `${name}.txt`), 'utf8')));
    return [language, new Set(texts.flatMap((text) => text.trimEnd().split('\n')))] as const;
  });
  return Object.fromEntries(await Promise.all(lists)) as Record<Language, Set<string>>;
}
