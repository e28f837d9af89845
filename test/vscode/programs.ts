import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** A desktop VS Code that can open a window here: `VSCODE_EXECUTABLE`, else `code` on the PATH. */
export function findDesktop(): string | undefined {
  const given = process.env.VSCODE_EXECUTABLE;
  if (given) return given;
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (process.platform === 'linux' && !display) return undefined;
  return findOnPath(process.platform === 'win32' ? ['code.cmd'] : ['code']);
}

/** The first of these programs that the PATH leads to. */
export function findOnPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isExecutable);
}

/** Whether this process may run a file. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
