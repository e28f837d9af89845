import { readFile, writeFile } from 'node:fs/promises';

/** What a run of the suite reports to the process that started VS Code. */
export interface SuiteResults {
  readonly passed: number;
  /** One entry for each failed test: its full title and the error. */
  readonly failures: readonly { readonly title: string; readonly error: string }[];
}

/** @throws Error if the suite ended before it wrote its results */
export async function readResults(file: string): Promise<SuiteResults> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error('The suite left no results: the extension host or the suite itself failed.', { cause });
  });
  return JSON.parse(text) as SuiteResults;
}

/** Writes results where {@link readResults} finds them. */
export async function writeResults(file: string, results: SuiteResults): Promise<void> {
  await writeFile(file, JSON.stringify(results, undefined, 2));
}
