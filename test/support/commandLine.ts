import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cliEntry } from './paths.ts';

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command ended, with its exit code. */
export interface Ended extends Output {
  readonly code: number | null;
}

/** `paddock`, each time in a process of its own, in the given folder. It finds caches and models there only, not those of the user. */
export class CommandLine {
  readonly #folder: () => string;
  readonly #command: readonly string[];

  /** @param command the first words of every call */
  constructor(folder: { readonly path: string }, ...command: string[]) {
    this.#folder = () => folder.path;
    this.#command = command;
  }

  /** Runs a command to its end. @throws Error if its exit code is not 0 */
  async run(...args: string[]): Promise<Output> {
    const [program, ...rest] = this.#line(args);
    return promisify(execFile)(program, rest, { cwd: this.#folder(), maxBuffer: 2 ** 26, env: this.#environment() });
  }

  /** Runs a command that must fail. @throws Error if it succeeds */
  async fail(...args: string[]): Promise<Ended> {
    const error = await this.run(...args).then(
      () => undefined,
      (reason: ExecFileException) => reason,
    );
    if (!error) throw new Error(`${args.join(' ')} succeeded.`);
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }

  /** Runs a command and sends it one Ctrl+C, as soon as what it has written to stderr matches. */
  async interrupt(args: readonly string[], when: RegExp): Promise<Ended> {
    const [program, ...rest] = this.#line(args);
    const child = spawn(program, rest, { cwd: this.#folder(), env: this.#environment() });
    let [stdout, stderr, isInterrupted] = ['', '', false];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
      if (!isInterrupted && when.test(stderr)) isInterrupted = child.kill('SIGINT');
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, stdout, stderr };
  }

  #line(args: readonly string[]): [string, ...string[]] {
    return [process.execPath, cliEntry, ...this.#command, ...args];
  }

  #environment(): NodeJS.ProcessEnv {
    const folder = this.#folder();
    return { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), OLLAMA_MODELS: join(folder, 'ollama') };
  }
}
