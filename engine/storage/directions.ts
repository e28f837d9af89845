import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPaddockError, PaddockError } from '../errors.ts';
import { type ControlVector, readControlVector } from '../model/gguf/controlVector.ts';
import { encodeControlVector } from '../model/gguf/encodeControlVector.ts';
import { openNodeFile } from './nodeFolder.ts';
import { writeWhole } from './wholeFile.ts';

/**
 * Directions of a file, Paddock's or llama.cpp's.
 * @throws PaddockError `bad-request` when there is no such file, `bad-model` for one that is damaged or holds something else
 */
export async function readDirections(path: string): Promise<ControlVector> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new PaddockError('bad-request', `There is no file ${path}. Choose directions that exist, or find them again.`);
  }
  return readControlVector(await openNodeFile(path));
}

/**
 * Writes directions to a file, whole or not at all.
 * @throws PaddockError `bad-request` for a direction that the format has no place for, `runtime` where it cannot be written
 */
export async function writeDirections(path: string, vector: ControlVector): Promise<void> {
  const bytes = encodeControlVector(vector);
  try {
    await writeWhole(path, bytes);
  } catch (error) {
    throw new PaddockError(
      'runtime',
      `The directions cannot be written to ${path}: ${(error as Error).message}. Choose another place.`,
      {
        cause: error,
      },
    );
  }
}

/** Copies a file of directions, after checking that it is one, optionally under another name. @throws PaddockError as reading and writing */
export async function copyDirections(from: string, to: string, name?: string): Promise<ControlVector> {
  const vector = await readDirections(from);
  const named = name === undefined ? vector : { ...vector, name };
  await writeDirections(to, named);
  return named;
}

/** The directions in a folder, by name; files that hold none are passed over, and so is a folder that is not there. */
export async function listDirections(folder: string): Promise<{ readonly path: string; readonly vector: ControlVector }[]> {
  const names = await readdir(folder).catch(() => []);
  const found: { readonly path: string; readonly vector: ControlVector }[] = [];
  for (const name of names.filter((each) => each.endsWith('.gguf')).sort()) {
    const path = join(folder, name);
    try {
      found.push({ path, vector: await readDirections(path) });
    } catch (error) {
      if (!isPaddockError(error)) throw error;
    }
  }
  return found;
}
