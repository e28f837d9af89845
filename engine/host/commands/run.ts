import type { Command } from 'commander';
import { PaddockError } from '../../errors.ts';
import { plainText } from '../../model/plainText.ts';
import { withModelOption, withNearSuggestions } from '../suggestions.ts';

/** Runs the command line that this process was given. What a person can mend is told in a sentence, after the given name, with exit code 1. */
export async function run(program: Command, name: string): Promise<void> {
  try {
    pointToHelp(program, program.name());
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof PaddockError)) throw error;
    process.stderr.write(`${name}: ${sentences(error)}\n`);
    process.exitCode ??= 1;
  }
}

/** A message as a terminal may show it, since names in it come from files, with the option that helps. */
function sentences({ message, facts }: PaddockError): string {
  const text = message
    .split('\n')
    .map((line) => plainText(line, Number.POSITIVE_INFINITY))
    .join('\n');
  return facts.largestWindow ? `${text} Choose it with --window ${facts.largestWindow}.` : text;
}

/** Errors of a command lead to its own help, and suggest only what may have been meant. */
function pointToHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(${path} --help says more)`);
  const takesModel = command.options.some(({ long }) => long === '--model');
  command.configureOutput({
    outputError: (text, write) => write(takesModel ? withModelOption(withNearSuggestions(text)) : withNearSuggestions(text)),
  });
  for (const each of command.commands) pointToHelp(each, `${path} ${each.name()}`);
}
