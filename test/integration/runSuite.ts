import { runInDesktop } from './inDesktop.ts';
import { runInServer } from './inServer.ts';
import type { SuiteResults } from './results.ts';

/**
 * Runs the suite in a desktop VS Code where `VSCODE_EXECUTABLE` names one or `VSCODE_DOWNLOAD=1` asks for one,
 * else in the VS Code server.
 */
export async function runSuite(report: (line: string) => void): Promise<SuiteResults> {
  const executable = process.env.VSCODE_EXECUTABLE;
  const desktop = executable !== undefined || process.env.VSCODE_DOWNLOAD === '1';
  return desktop ? runInDesktop(executable) : runInServer(report);
}
