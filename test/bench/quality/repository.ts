import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { PaddockError } from '../../../engine/errors.ts';
import { seededRandom, shuffled } from './random.ts';

/** A source file of a repository, by its path within it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The files to complete, and the files that the memory may contain. */
export interface Split {
  readonly name: string;
  readonly asked: readonly SourceFile[];
  readonly others: readonly SourceFile[];
}

const SOURCE = /\.(?:[cm]?[jt]sx?|py|rs|go|java|c|h)$/;
const NOT_SOURCE = /\.d\.ts$|\.min\.|(?:^|\/)(?:node_modules|dist|build|vendor|\.[^/]+)\//;
/** In characters. */
const SMALLEST = 1_500;
const LARGEST = 100_000;
/** A file that shares more than this share of its lines with a file to complete is withheld from the memory. */
const NEAR_DUPLICATE = 0.5;

/**
 * Sources of a folder. `asked` of them, chosen by the seed, are completed; these are neither tests nor small.
 * @throws PaddockError `bad-request` if there are none of those
 */
export function splitRepository(folder: string, asked: number, seed: number): Split {
  const files = sourcesOf(folder);
  const chosen = shuffled(
    files.filter(({ path: name, text }) => text.length >= SMALLEST && !/test|spec|__init__/i.test(name)),
    seededRandom(seed),
  ).slice(0, asked);
  if (chosen.length === 0)
    throw new PaddockError('bad-request', `${folder} holds no source file of ${SMALLEST} characters that is no test.`);
  const known = chosen.map(linesOf);
  const others = files.filter((file) => {
    if (chosen.includes(file)) return false;
    const lines = linesOf(file);
    return !known.some((ones) => overlap(ones, lines) > NEAR_DUPLICATE);
  });
  return { name: path.basename(folder), asked: chosen, others };
}

/** Sources of a folder, in the order of their paths. */
export function sourcesOf(folder: string, isSource = (name: string) => SOURCE.test(name)): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => isSource(name) && !NOT_SOURCE.test(`${name}`))
    .sort()
    .filter((name) => {
      const found = statSync(path.join(folder, name));
      return found.isFile() && found.size <= LARGEST;
    })
    .map((name) => ({ path: name, text: readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n') }));
}

/** Lines with content. */
function linesOf({ text }: SourceFile): Set<string> {
  return new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.length > 12),
  );
}

/** The share of `ones` that also occurs in `others`. */
function overlap(ones: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let common = 0;
  for (const line of ones) if (others.has(line)) common++;
  return ones.size === 0 ? 0 : common / ones.size;
}
