import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

export interface Finished {
  readonly code: number | null;
  /** stdout and stderr together, in order of arrival. */
  readonly output: string;
}

/** Everything started here that still runs; each process is the leader of its own group. */
const running = new Set<ChildProcess>();

/** Starts a program as the leader of a process group, so that {@link killGroup} also reaches its children. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a program to its end.
 * @param onData is given each piece of output
 * @throws Error if the program cannot be started
 */
export function finish(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
  onData: (text: string) => void = () => undefined,
): Promise<Finished> {
  const child = start(command, args, options);
  let output = '';
  const collect = (data: Buffer) => {
    output += data;
    onData(String(data));
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Runs a program; if it fails, throws an error with the end of its output. */
export async function mustFinish(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const { code, output } = await finish(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`);
  return output;
}

/** Sends a signal to a process group; it is no error if the group is already gone. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a process group: asks first, and kills after `patience` ms. */
export async function killGroup(child: ChildProcess, patience = 3000): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const alive = child.exitCode === null && child.signalCode === null;
  signalGroup(child.pid, 'SIGTERM');
  if (alive) await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  signalGroup(child.pid, 'SIGKILL');
}

/**
 * Ends everything that was started here when this process ends, for whatever reason. `code` is the exit code on Ctrl+C and similar signals.
 */
export function endTogether(code: number): void {
  process.once('exit', () => {
    for (const child of running) signalGroup(child.pid, 'SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(code));
}

/** Running processes whose command line contains a text. */
export async function processesOf(mention: string): Promise<{ readonly pid: number; readonly command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = pids.map(async (pid) => {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return { pid, command: line.replaceAll('\0', ' ') };
  });
  return (await Promise.all(read)).filter(({ command }) => command.includes(mention));
}
