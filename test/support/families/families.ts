import type { Family } from './family.ts';
import { GEMMAS } from './gemmas.ts';
import { LLAMA_LIKE } from './llamaLike.ts';
import { OLDER } from './older.ts';
import { OTHERS } from './others.ts';
import { randomModel, type TinyModel } from './parts.ts';
import { SCALED } from './scaled.ts';
import { VARIANTS } from './variants.ts';

/** Every decoder-only family that the engine opens. A new family is one more entry. */
export const FAMILIES: readonly Family[] = [...LLAMA_LIKE, ...GEMMAS, ...OTHERS, ...OLDER, ...SCALED, ...VARIANTS];

export function familyOf(name: string): Family {
  const family = FAMILIES.find((each) => each.name === name);
  if (!family) throw new Error(`There is no family ${name}.`);
  return family;
}

/** The family's random model: the same numbers at every call and on every machine. */
export function tinyModel(family: Family): TinyModel {
  return randomModel(family.structure, 7);
}
