import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';

/** The command line of `npm run SCRIPT`. `run` of engine/host/commands/run.ts runs it. */
export function benchCommand(script: string, description: string): Command {
  return new Command(`npm run ${script} --`).description(description);
}

/** One more folder of a list. Throws InvalidArgumentError where there is none. */
export function folders(text: string, previous: readonly string[] = []): string[] {
  if (!statSync(text, { throwIfNoEntry: false })?.isDirectory()) throw new InvalidArgumentError('There is no such folder.');
  return [...previous, text];
}

/** A file that is there. Throws InvalidArgumentError where it is not. */
export function file(text: string): string {
  if (!statSync(text, { throwIfNoEntry: false })?.isFile()) throw new InvalidArgumentError('There is no such file.');
  return text;
}

/** One more file of a list. Throws InvalidArgumentError where it is not there. */
export function files(text: string, previous: readonly string[] = []): string[] {
  return [...previous, file(text)];
}
