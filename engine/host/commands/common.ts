import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { buffer as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PaddockError } from '../../errors.ts';
import type { Precision } from '../../generate/lowering.ts';
import { cacheFolder, thisMachine } from '../../storage/modelPlaces.ts';
import { Engine } from '../engine.ts';
import type { Device } from '../protocol.ts';
import { interruptible } from './interrupt.ts';

export interface RunOptions {
  readonly model?: string;
  readonly device: Device;
  readonly threads: number;
  readonly window: number;
  readonly precision: Precision;
  readonly conversions?: string;
  readonly json?: true;
}

/** The model to use: the given file or folder, or the one in the package that this file is part of. */
export function modelPath(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'models', 'default');
    if (existsSync(join(candidate, 'config.json'))) return candidate;
    if (folder === dirname(folder)) {
      throw new PaddockError('model-not-found', 'The default model is missing from this package. Name one with --model.');
    }
  }
}

/** Where converted weights are kept: the folder given, or Paddock's own among the person's caches. */
export function conversionsFolder(given: string | undefined): string {
  return given === undefined ? join(cacheFolder(thisMachine()), 'paddock', 'conversions') : resolve(given);
}

/**
 * Opens the model, runs `action`, and closes it again. Progress is shown on a terminal only. Ctrl+C while the model is opened leaves no
 * unfinished conversion behind.
 */
export async function withEngine<T>(
  options: RunOptions,
  action: (engine: Engine) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const engine = new Engine();
  try {
    const { device, threads, window, precision } = options;
    const path = modelPath(options.model);
    const conversions = conversionsFolder(options.conversions);
    const onProgress = process.stderr.isTTY ? showProgress : undefined;
    const open = (stopped: AbortSignal) =>
      engine
        .open({ role: 'completion', path, device, threads, window, conversions }, { precision, onProgress, signal: stopped })
        .finally(() => onProgress && process.stderr.write('\r\x1b[K'));
    const info = await (signal ? open(signal) : interruptible(open));
    // Someone who leaves the choice to Paddock need not hear the reasons for it.
    if (device !== 'auto') for (const note of info.notes) process.stderr.write(`paddock: ${note}\n`);
    return await action(engine);
  } finally {
    await engine.close();
  }
}

function showProgress(stage: string, part: number): void {
  process.stderr.write(`\r\x1b[Kpaddock: ${stage} ${Math.round(100 * part)}%`);
}

/** The text of a file. @throws PaddockError `bad-request` when it cannot be read, or is no text in UTF-8 */
export async function readSource(path: string): Promise<string> {
  try {
    return textOf(await readFile(path), path);
  } catch (error) {
    if (error instanceof PaddockError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new PaddockError('bad-request', `${path} cannot be read: ${why}.`);
  }
}

/** The text of a file, or of standard input where none is named. @throws PaddockError as {@link readSource} */
export async function readSourceOrInput(path: string | undefined): Promise<string> {
  return path === undefined ? textOf(await readAll(process.stdin), 'Standard input') : readSource(path);
}

/** What is no text is refused: read as one, it would become another, and figures about it false. */
function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PaddockError('bad-request', `${name} cannot be read: it is no text in UTF-8.`);
  }
}

/** Prints what a model wrote, and says so on stderr where that is nothing, which would look like a failure. */
export function printText<T extends { readonly text: string }>(
  result: T,
  json: true | undefined,
  rest: (text: string) => string,
): void {
  print(result, json, ({ text }) => rest(text));
  if (!json && result.text === '') process.stderr.write('paddock: The model wrote no text here.\n');
}

/** Prints a result: as one JSON object, or in words. */
export function print<T extends object>(result: T, json: true | undefined, words: (result: T) => string): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${words(result)}\n`);
}
