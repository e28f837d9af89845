import { relative } from 'node:path';
import { PaddockError } from '../../errors.ts';
import { printText, type RunOptions, readSource, withEngine } from './common.ts';
import { type SamplingFlags, samplingOf } from './sampling.ts';

interface CompleteOptions extends RunOptions, SamplingFlags {
  readonly line: number;
  readonly column: number;
  readonly multiline?: true;
  readonly path?: string;
}

/** `paddock complete FILE --line L --column C` */
export async function complete(file: string, options: CompleteOptions): Promise<void> {
  const text = (await readSource(file)).replaceAll('\r\n', '\n');
  const offset = offsetAt(text, options.line, options.column, file);
  const request = {
    prefix: text.slice(0, offset),
    suffix: text.slice(offset),
    path: options.path ?? relative(process.cwd(), file).replaceAll('\\', '/'),
    multiline: options.multiline ?? false,
    ...samplingOf(options),
  };
  const result = await withEngine(options, (engine) => engine.complete(request));
  printText(result, options.json, (completed) => completed);
}

/** Offset of a line and column, both from 1. @throws PaddockError `bad-request` when the text has no such place */
function offsetAt(text: string, line: number, column: number, file: string): number {
  const lines = text.split('\n');
  const found = lines[line - 1];
  if (found === undefined) {
    throw new PaddockError('bad-request', `${file} has ${lines.length} lines; there is no line ${line}.`);
  }
  if (column > found.length + 1) {
    throw new PaddockError(
      'bad-request',
      `Line ${line} of ${file} has ${found.length + 1} cursor columns; there is no column ${column}.`,
    );
  }
  return lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0) + column - 1;
}
