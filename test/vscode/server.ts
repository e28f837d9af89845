import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { installServer } from './install.ts';
import { killGroup, mustFinish, start } from './processes.ts';
import { calmSettings, untrustedSettings } from './settings.ts';

export interface ServerOptions {
  /** Folder for settings, state and logs of this server; created if missing. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port?: number;
  /** Lets a page load an extension from its folder and run a test suite in it. */
  readonly development?: boolean;
  /** Whether every workspace is trusted without a question; true by default. */
  readonly isTrusted?: boolean;
  /** Added to {@link calmSettings} when the folder is new. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Packages to install before the start. */
  readonly vsix?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly report: (line: string) => void;
}

export interface Server {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Resolves when the server has ended by itself. */
  readonly ended: Promise<void>;
  /** Ends it with everything it started: extension hosts, engines. */
  stop(): Promise<void>;
}

/**
 * Starts a VS Code server that listens on this machine only.
 * @throws Error when it cannot be installed or ends before it listens
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const home = await installServer(options.report);
  const main = path.join(home, 'out/server-main.js');
  const extensionsDir = path.join(options.dataDir, 'extensions');
  const env = { ...cleanEnvironment(), ...options.env };
  await mkdir(path.join(options.dataDir, 'data/User'), { recursive: true });
  const isTrusted = options.isTrusted ?? true;
  const settings = { ...calmSettings, ...(isTrusted ? {} : untrustedSettings), ...options.settings };
  // Changes of the settings by the user in an earlier run are kept.
  const file = path.join(options.dataDir, 'data/User/settings.json');
  if (!existsSync(file)) await writeFile(file, JSON.stringify(settings, undefined, 2));
  const common = ['--server-data-dir', options.dataDir, '--extensions-dir', extensionsDir, '--accept-server-license-terms'];
  for (const vsix of options.vsix ?? []) {
    await mustFinish(process.execPath, [main, ...common, '--install-extension', vsix, '--force'], { env });
  }
  const args = [...common, '--host', '127.0.0.1', '--port', String(options.port ?? 0), '--without-connection-token'];
  args.push('--disable-telemetry', '--disable-getting-started-override');
  if (isTrusted) args.push('--disable-workspace-trust');
  if (options.development) args.push('--enable-smoke-test-driver');
  const child = start(process.execPath, [main, ...args], { env });
  const log = createWriteStream(path.join(options.dataDir, 'server.log'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    let output = '';
    const listen = (data: Buffer) => {
      log.write(data);
      if (output.length < 100_000) output += data;
      const found = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The VS Code server ended with ${code}:\n${output.slice(-4000)}`)));
  });
  return { origin: `http://127.0.0.1:${port}`, ended, stop: () => killGroup(child) };
}

/**
 * The address of a page of VS Code that opens a folder.
 * @param files further options of the window: names, each with a path on the server
 */
export function pageAddress(origin: string, folder: string, files: Readonly<Record<string, string>>): string {
  // The window addresses the server by its host; under another name a file would not count as part of the folder.
  const { host } = new URL(origin);
  const payload = Object.entries(files).map(([option, file]) => [option, `vscode-remote://${host}${file}`]);
  return `${origin}/?${new URLSearchParams({ folder, payload: JSON.stringify(payload) })}`;
}

/** This process's environment without the variables of a surrounding VS Code, which a child VS Code must not inherit. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return Object.fromEntries(inherited);
}
