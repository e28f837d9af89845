import path from 'node:path';

/** The repository's root folder. */
export const root = path.resolve(import.meta.dirname, '../..');

/** Downloads and run data: git-ignored, safe to delete. */
export const scratch = path.join(root, '.vscode-test');

/** Pictures taken by the driver; the latest run's only. */
export const screenshots = path.join(scratch, 'screenshots');

/** The small project that `npm start` and the tests open. */
export const sampleWorkspace = path.join(root, 'test/workspace');

/** The program of the engine process, in the sources. */
export const engineEntry = path.join(root, 'engine/host/process.ts');

/** The program of the command line, in the sources. */
export const cliEntry = path.join(root, 'engine/host/cli.ts');

/** Words for an unknown thrown value. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
