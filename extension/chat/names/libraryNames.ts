import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LANGUAGES, type Language } from './tokens.ts';

export type LibraryNames = Readonly<Record<Language, ReadonlySet<string>>>;

/**
 * Names of languages and their libraries, each in a file, a line for each name.
 * @param folder of the lists
 */
export async function libraryNames(folder: string): Promise<LibraryNames> {
  const lists = LANGUAGES.map(async (language) => {
    const text = await readFile(path.join(folder, `${language}.txt`), 'utf8');
    return [language, new Set(text.trimEnd().split('\n'))] as const;
  });
  return Object.fromEntries(await Promise.all(lists)) as Record<Language, Set<string>>;
}
