/** Runs the Mocha suite inside a desktop VS Code: `VSCODE_EXECUTABLE`, or one that test-electron downloads. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { root, sampleWorkspace, scratch } from '../support/paths.ts';
import { calmSettings } from '../vscode/settings.ts';
import { readResults, type SuiteResults } from './results.ts';

/**
 * @param executable path of the program; undefined downloads the stable version
 * @throws Error when VS Code cannot be started or the suite leaves no results
 */
export async function runInDesktop(executable: string | undefined): Promise<SuiteResults> {
  const folder = path.join(scratch, 'desktop-suite');
  await rm(folder, { recursive: true, force: true });
  const workspace = path.join(folder, 'workspace');
  await cp(sampleWorkspace, workspace, { recursive: true });
  const user = path.join(folder, 'user');
  await mkdir(path.join(user, 'User'), { recursive: true });
  await writeFile(path.join(user, 'User/settings.json'), JSON.stringify(calmSettings, undefined, 2));
  const results = path.join(folder, 'results.json');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  await runTests({
    ...(executable ? { vscodeExecutablePath: executable } : { version: 'stable' }),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'dist/test/index.cjs'),
    extensionTestsEnv: { PADDOCK_TEST_RESULTS: results, PADDOCK_TEST_LOGS: path.join(user, 'logs') },
    launchArgs: [workspace, '--disable-extensions', '--user-data-dir', user, '--disable-workspace-trust', ...asRoot],
  }).catch((error: unknown) => {
    // It also fails when a test fails; the results tell the two cases apart.
    console.error(String(error));
  });
  return readResults(results);
}
