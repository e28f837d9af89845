import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeDirections } from '../../../engine/storage/directions.ts';
import { familyOf, tinyModel } from '../../support/families/families.ts';
import { writeGgufModel } from '../../support/families/write.ts';
import { PROMPT } from './prompt.ts';
import { someDirections } from './steered.ts';

const LLAMA = familyOf('LLaMA 2 (grouped queries)');
/** Four layers, so that a direction behind the wrong one is noticed. */
const FAMILY = { ...LLAMA, structure: { ...LLAMA.structure, layers: 4 } };
/** Layers that have a direction, from 0. */
const STEERED = [1, 3];
/** What llama.cpp and the engine read. */
export const TOKENS = PROMPT.slice(5, 25);

/** What controlVector.cpp wrote: logits of every eighth token behind {@link TOKENS}, by coefficient. */
export interface Golden {
  readonly tool: string;
  readonly logits: Readonly<Record<string, readonly number[]>>;
}
export const STRIDE = 8;

export async function readGolden(): Promise<Golden> {
  return JSON.parse(await readFile(new URL('./controlVector.json', import.meta.url), 'utf8'));
}

/** The file of directions that llama.cpp took. */
export const TAKEN = fileURLToPath(new URL('./controlVector.gguf', import.meta.url));

/** Writes the model that is steered. */
export async function writeSteeredModel(path: string): Promise<void> {
  await writeGgufModel(path, FAMILY, tinyModel(FAMILY));
}

/** Writes directions for it, as Paddock exports them. */
export async function writeVector(path: string): Promise<void> {
  const { layers, hidden } = FAMILY.structure;
  const all = someDirections(tinyModel(FAMILY));
  const directions = new Map(STEERED.map((layer) => [layer, all.slice(layer * hidden, (layer + 1) * hidden)]));
  await writeDirections(path, { name: 'Planted', model: 'llama', hiddenSize: hidden, layers, directions });
}
