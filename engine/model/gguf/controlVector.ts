import { PaddockError } from '../../errors.ts';
import type { ModelFile } from '../files.ts';
import { openGguf } from './gguf.ts';

/**
 * Directions in a residual stream, as llama.cpp's control vectors hold them: `direction.N` is what is added behind layer N, counted from 0,
 * and there is none behind the first.
 */
export interface ControlVector {
  /** For people. */
  readonly name?: string;
  /** The architecture that it was made for: `llama`. */
  readonly model?: string;
  readonly hiddenSize: number;
  /** Layers of the model, where the file says so. */
  readonly layers?: number;
  /** `[hidden size]` each, by layer from 0 on. */
  readonly directions: ReadonlyMap<number, Float32Array>;
  /** Figures about it by name, for people. */
  readonly figures?: Readonly<Record<string, number>>;
}

export const ARCHITECTURE = 'controlvector';
const NAME = /^direction\.([1-9]\d{0,4})$/;
/** Prefix of Paddock's own fields in such a file; others ignore them. */
export const FIGURES = 'paddock.direction.';
export const LAYERS = `${FIGURES}layers`;
/** More numbers than the directions of any model are. */
const MOST_NUMBERS = 2 ** 27;

/**
 * Reads directions from a GGUF file of the architecture `controlvector`, and closes it.
 * @throws PaddockError `bad-model` for a file that is damaged or holds something else
 */
export async function readControlVector(file: ModelFile): Promise<ControlVector> {
  const source = await openGguf(file);
  try {
    const { metadata, names, path } = source;
    const bad = (why: string) =>
      new PaddockError('bad-model', `${path} holds no directions: ${why}. Choose a control vector in GGUF format.`);
    const architecture = metadata.string('general.architecture');
    if (architecture !== ARCHITECTURE)
      throw bad(architecture ? `it is of the kind "${architecture}"` : 'it does not say what it is');
    const directions = new Map<number, Float32Array>();
    let hiddenSize = 0;
    for (const name of names) {
      const [, layer] = NAME.exec(name) ?? [];
      const [size = 0, ...others] = source.shape(name);
      if (layer === undefined) throw bad(`it has a tensor "${name.slice(0, 80)}"`);
      if (others.some((other) => other !== 1)) throw bad(`"${name}" is [${source.shape(name)}], a list of numbers is needed`);
      if (hiddenSize !== 0 && size !== hiddenSize) throw bad(`"${name}" is of ${size} numbers, others of ${hiddenSize}`);
      hiddenSize = size;
      if (hiddenSize * names.length > MOST_NUMBERS) throw bad('it is larger than those of any model');
      const direction = await source.read(name);
      if (!direction.every(Number.isFinite)) throw bad(`"${name}" holds values that are not numbers`);
      directions.set(Number(layer), direction);
    }
    if (directions.size === 0) throw bad('it has no tensor "direction.1" or beyond');
    const [name, model] = [metadata.string('general.name'), metadata.string('controlvector.model_hint')];
    const layers = metadata.number(LAYERS);
    const figures = figuresOf(metadata.values);
    return {
      ...(name && { name }),
      ...(model && { model }),
      ...(layers && { layers }),
      ...(Object.keys(figures).length > 0 && { figures }),
      hiddenSize,
      directions: new Map([...directions].sort(([a], [b]) => a - b)),
    };
  } finally {
    await source.close();
  }
}

function figuresOf(values: ReadonlyMap<string, unknown>): Record<string, number> {
  const ours = [...values].filter(([key]) => key.startsWith(FIGURES) && key !== LAYERS);
  return Object.fromEntries(
    ours.flatMap(([key, value]) => (Number.isFinite(value) ? [[key.slice(FIGURES.length), Number(value)]] : [])),
  );
}
