import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  /** stdout and stderr together, as they came. */
  readonly output: string;
}

/** Everything started here and still running; each is the leader of its own process group. */
const running = new Set<ChildProcess>();

/** Starts a program as the leader of a process group, so that {@link killGroup} reaches what it starts in turn. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a program to its end.
 * @param onData is told each piece of output as it comes
 * @throws Error when the program cannot be started
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

/** Runs a program and fails with the end of its output when it fails. */
export async function mustFinish(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const { code, output } = await finish(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`);
  return output;
}

/** Sends a signal to a process group; a group that is gone already is no error. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a child and all that it started: asks first, insists after `patience` ms. */
export async function killGroup(child: ChildProcess, patience = 3000): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const alive = child.exitCode === null && child.signalCode === null;
  signalGroup(child.pid, 'SIGTERM');
  if (alive) await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  signalGroup(child.pid, 'SIGKILL');
}

/** Whatever ends this process, nothing that it started outlives it. `code` is what it exits with on Ctrl+C and its like. */
export function endTogether(code: number): void {
  process.once('exit', () => {
    for (const child of running) signalGroup(child.pid, 'SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(code));
}
