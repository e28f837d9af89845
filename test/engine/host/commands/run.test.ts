import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { PaddockError } from '../../../../engine/errors.ts';
import { run } from '../../../../engine/host/commands/run.ts';

const before = process.exitCode;
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = before;
});

/** What a command that ends in an error prints. */
async function printed(error: PaddockError): Promise<string> {
  let text = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  const program = new Command().allowExcessArguments().allowUnknownOption();
  program.action(() => {
    throw error;
  });
  await run(program, 'paddock');
  return text;
}

it('an error for lack of memory names the option that sets the window', async () => {
  const error = new PaddockError('not-enough-memory', 'A window of 512 tokens fits: choose that.', { largestWindow: 512 });
  expect(await printed(error)).toBe('paddock: A window of 512 tokens fits: choose that. Choose it with --window 512.\n');
  expect(process.exitCode).toBe(1);
});

it('names in an error cannot write to the terminal what they like', async () => {
  expect(await printed(new PaddockError('bad-model', 'a\u001b[2J\u202e.gguf\nis damaged.'))).toBe(
    'paddock: a [2J.gguf\nis damaged.\n',
  );
});
