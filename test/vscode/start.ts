/** `npm start`: VS Code on the sample workspace, with Paddock in it, until Ctrl+C. */
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { reason, root, sampleWorkspace, scratch } from '../support/paths.ts';
import { makePackage } from './package.ts';
import { endTogether, start } from './processes.ts';
import { findDesktop } from './programs.ts';
import { pageAddress, startServer } from './server.ts';

/** The same address each time if it is free, so that the browser finds its window again. */
const usualPort = 8421;
/** Folder of the window's settings and the sample; another one can be given. */
const home = path.resolve(process.argv[2] ?? path.join(scratch, 'start'));
const report = (line: string) => console.log(line);

/** A copy that may be edited; it is kept between runs. */
async function ownWorkspace(): Promise<string> {
  const folder = path.join(home, 'sample');
  if (!existsSync(folder)) await cp(sampleWorkspace, folder, { recursive: true });
  return folder;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function inDesktop(executable: string, folder: string): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox', '--user-data-dir', path.join(home, 'desktop')] : [];
  const args = [`--extensionDevelopmentPath=${root}`, '--new-window', '--wait', ...asRoot, folder];
  report(`Opening ${executable} on the sample workspace. Press Ctrl+C to end.`);
  const child = start(executable, [...args, path.join(folder, 'src/orders.ts')], { stdio: 'inherit' });
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
}

async function inBrowser(folder: string): Promise<void> {
  report('No desktop VS Code here (`code` or VSCODE_EXECUTABLE), so the VS Code server is used.');
  report('Packaging the extension …');
  const vsix = [await makePackage()];
  const port = (await isFree(usualPort)) ? usualPort : 0;
  const server = await startServer({ dataDir: path.join(home, 'server'), port, vsix, report });
  const address = pageAddress(server.origin, folder, { openFile: path.join(folder, 'src/orders.ts') });
  report(`\nOpen this address in a browser on this machine; type in the file, Tab takes the grey text:\n\n  ${address}\n`);
  report('Press Ctrl+C to end.');
  await server.ended;
  throw new Error(`The VS Code server has ended; ${path.join(home, 'server/server.log')} may say why.`);
}

endTogether(0);
try {
  const folder = await ownWorkspace();
  const desktop = findDesktop();
  await (desktop ? inDesktop(desktop, folder) : inBrowser(folder));
  process.exit(0);
} catch (error) {
  console.error(reason(error));
  process.exit(1);
}
