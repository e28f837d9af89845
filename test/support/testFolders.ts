import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { temporaryFolder } from './modelFolder.ts';

/** A folder shared by all tests of the file or group that calls this. It exists in hooks registered after this call. */
export function folderForAll(): { readonly path: string } {
  return folderBetween(beforeAll, afterAll);
}

/** A new folder for each test. */
export function folderForEach(): { readonly path: string } {
  return folderBetween(beforeEach, afterEach);
}

type Hook = (action: () => Promise<void>) => void;

function folderBetween(before: Hook, after: Hook): { readonly path: string } {
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(async () => folder?.remove());
  return {
    get path() {
      if (!folder) throw new Error('There is no folder before the tests.');
      return folder.path;
    },
  };
}
