import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { scratch } from '../support/paths.ts';
import { mustFinish } from './processes.ts';

/** The npm package that carries the VS Code server; 4.139 is VS Code 1.139 and needs Node 24. */
const SERVER_VERSION = '4.139.1';

const folder = path.join(scratch, 'server');
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs the VS Code server into `.vscode-test/server` unless it is there. This is done in a folder beside it, which is renamed at the
 * end, so that an interrupted installation is never taken for a complete one.
 * @returns the folder that contains `out/server-main.js`
 * @throws Error with npm's output if a step fails
 */
export async function installServer(report: (line: string) => void): Promise<string> {
  const inside = (base: string) => path.join(base, 'node_modules/code-server/lib/vscode');
  if ((await installedVersion()) === SERVER_VERSION) return inside(folder);
  await mkdir(scratch, { recursive: true });
  await removeLeftovers();
  const partial = path.join(scratch, `server.partial-${process.pid}`);
  const steps: readonly (readonly [string, string, readonly string[]])[] = [
    ['the server', partial, [`code-server@${SERVER_VERSION}`]],
    ['what it runs on', inside(partial), ['--omit=dev']],
    ['its language servers', path.join(inside(partial), 'extensions'), ['--omit=dev']],
  ];
  for (const [index, [what, where, args]] of steps.entries()) {
    report(`Installing VS Code server ${SERVER_VERSION}, step ${index + 1} of ${steps.length}: ${what} …`);
    await mkdir(where, { recursive: true });
    // Without its native modules (logging, SQLite, watchdog) the server logs warnings but runs; building them would need a compiler.
    await mustFinish('npm', ['install', '--prefix', where, ...args, ...quiet], { cwd: where });
  }
  await cp(path.join(import.meta.dirname, 'plainLogger.cjs'), path.join(inside(partial), 'node_modules/@vscode/spdlog/index.js'));
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return inside(folder);
}

async function installedVersion(): Promise<string | undefined> {
  const manifest = path.join(folder, 'node_modules/code-server/package.json');
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}

/** Removes unfinished installations of processes that no longer run. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(scratch)) {
    const owner = /^server\.partial-(\d+)$/.exec(name)?.[1];
    if (owner && !isRunning(Number(owner))) await rm(path.join(scratch, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
