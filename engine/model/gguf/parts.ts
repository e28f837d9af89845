import { PaddockError } from '../../errors.ts';
import type { ModelFile } from '../files.ts';
import { type GgufHeader, readHeader } from './header.ts';

/** A part of a split file with its header; a file that was not split is its only part. */
export interface GgufPart {
  readonly file: ModelFile;
  readonly header: GgufHeader;
}

const PART = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/is;

/** What a name or path says about which part of a split file it is, by the naming of `llama-gguf-split`. */
export interface PartName {
  /** What the parts of one model have in common. */
  readonly stem: string;
  /** From 1 on. */
  readonly number: number;
  readonly count: number;
}

/** @returns undefined for a file that was not split */
export function partName(name: string): PartName | undefined {
  const [, stem, number, count] = PART.exec(name) ?? [];
  return stem === undefined ? undefined : { stem, number: Number(number), count: Number(count) };
}

/** No model is split so often. */
const MAX_PARTS = 4096;

/**
 * All parts of a split file in their order, of which `file` is one; only the first holds the model's metadata.
 * @param opened receives every file that is opened here, for the caller to close
 * @throws PaddockError `bad-model` when a part is missing or does not belong
 */
export async function openParts(file: ModelFile, opened: Set<ModelFile>): Promise<GgufPart[]> {
  const header = await readHeader(file);
  const count = header.metadata.get('split.count') ?? 1;
  if (count === 0 || count === 1) return [{ file, header }];
  const name = partName(file.path.slice(file.path.search(/[^/\\]*$/)));
  const isCount = typeof count === 'number' && count <= MAX_PARTS && Number.isInteger(count) && count > 1;
  if (!isCount || name?.count !== count || !file.openSibling) {
    throw new PaddockError(
      'bad-model',
      `${file.path} is a part of ${count}. Keep the parts in one folder under the names they came with, …-00001-of-00003.gguf.`,
    );
  }
  const parts: GgufPart[] = [];
  for (let i = 1; i <= count; i++) {
    if (i === name.number) {
      parts.push({ file, header });
      continue;
    }
    const sibling = await file.openSibling(`${name.stem}-${fiveDigits(i)}-of-${fiveDigits(count)}.gguf`);
    opened.add(sibling);
    parts.push(await readPart(sibling, i, count));
  }
  return parts;
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0');
}

async function readPart(file: ModelFile, number: number, count: number): Promise<GgufPart> {
  const header = await readHeader(file);
  if (header.metadata.get('split.no') === number - 1 && header.metadata.get('split.count') === count) return { file, header };
  throw new PaddockError('bad-model', `${file.path} is not part ${number} of ${count}. Download the parts of one model again.`);
}
