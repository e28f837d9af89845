import { PaddockError } from '../../errors.ts';
import { isEncoderDecoder } from '../encoderDecoder.ts';
import type { Family } from './family.ts';
import { GEMMAS } from './gemma.ts';
import { GLMS } from './glm.ts';
import { LLAMAS } from './llama.ts';
import { OLDER } from './older.ts';
import { phi3 } from './phi3.ts';
import { stablelm } from './stablelm.ts';
import { STARCODERS } from './starcoder.ts';

const FAMILIES: readonly Family[] = [...LLAMAS, phi3, ...GEMMAS, ...GLMS, stablelm, ...STARCODERS, ...OLDER];

/** Names of all families, for people. T5, an encoder–decoder, has a description of its own: ../encoderDecoder.ts. */
const FAMILY_NAMES: readonly string[] = [...FAMILIES.map(({ name }) => name), 'T5'];

/**
 * The family of a `model_type` (config.json) or a `general.architecture` (GGUF).
 * @throws PaddockError `unsupported-model` with the name and those that are known
 */
export function findFamily(key: 'modelTypes' | 'architectures', name: unknown, where: string): Family {
  const found = FAMILIES.find((family) => family[key].some((known) => known === name));
  if (found) return found;
  throw new PaddockError(
    'unsupported-model',
    `${where} describes a model of type ${JSON.stringify(name ?? null)}. Paddock knows: ${FAMILY_NAMES.join(', ')}. Choose a model of one of these families.`,
  );
}

/** Whether {@link findFamily} knows a name, or it is that of an encoder–decoder. */
export function isKnownFamily(key: 'modelTypes' | 'architectures', name: unknown): boolean {
  return isEncoderDecoder(name) || FAMILIES.some((family) => family[key].some((known) => known === name));
}

/** Classes with a language model's head, by what Transformers calls them in most families. */
const WRITERS = /CausalLM|ConditionalGeneration|LMHead/;

/** Whether a config.json is that of a model that writes text, not of an encoder or a classifier; one that names no class may be. */
export function writesText({ architectures }: Readonly<Record<string, unknown>>): boolean {
  if (!Array.isArray(architectures) || architectures.length === 0) return true;
  const own = new Set(FAMILIES.flatMap(({ classes = [] }) => classes));
  return architectures.some((name) => WRITERS.test(String(name)) || own.has(String(name)));
}
