import type { FloatTensor } from '../llama.ts';
import { part, type TinyModel } from './parts.ts';
import type { Structure } from './structure.ts';

/** How a kind of checkpoint names and arranges a model's parts. */
export interface Spelling {
  /** A name for each of `embedding`, `finalNorm`, `query`, … or of the fused parts below; `{layer}` stands for the layer's number. */
  readonly names: Readonly<Record<string, string>>;
  /** Parts that are stored in one matrix, in the order of their rows. */
  readonly fused?: Readonly<Record<string, readonly string[]>>;
  /** Whether the rows of fused parts alternate head by head; otherwise they follow part by part. */
  readonly fusedByHead?: boolean;
  /** Whether `experts.gate` and its like hold `[experts, rows, columns]`; otherwise each `{expert}` has a matrix. */
  readonly stackedExperts?: boolean;
  /** Transforms a part before it is stored. */
  readonly store?: (part: string, tensor: FloatTensor, structure: Structure) => FloatTensor;
  /** Transforms a tensor after fusing. */
  readonly finish?: (part: string, tensor: FloatTensor) => FloatTensor;
}

const PER_MODEL = ['embedding', 'positions', 'embeddingNorm', 'finalNorm', 'head'];

/** All tensors of the model, as such a checkpoint stores them. */
export function spell(model: TinyModel, spelling: Spelling): Map<string, FloatTensor> {
  const tensors = new Map<string, FloatTensor>();
  const fusedParts = new Set(Object.values(spelling.fused ?? {}).flat());
  const add = (key: string, at: string, sources: readonly string[], numbers: Readonly<Record<string, number>>) => {
    for (const suffix of ['weight', 'bias']) {
      const names = sources.map((source) => `${at}${source}.${suffix}`);
      if (!names.every((name) => model.parts.has(name))) continue;
      const stored = names.map((name, i) => store(model, spelling, sources[i] as string, name));
      const joined = key.startsWith('experts.') && spelling.stackedExperts ? stack(stored) : join(stored, model, spelling);
      const name = (spelling.names[key] ?? missing(key)).replace(/\{(\w+)\}/g, (_, word) => `${numbers[word]}`);
      tensors.set(`${name}.${suffix}`, spelling.finish?.(key, joined) ?? joined);
    }
  };
  for (const key of PER_MODEL) add(key, '', [key], {});
  for (let layer = 0; layer < model.structure.layers; layer++) {
    const at = `layers.${layer}.`;
    const inside = new Set([...model.parts.keys()].flatMap((name) => (name.startsWith(at) ? [partOf(name, at)] : [])));
    for (const [key, sources] of Object.entries(spelling.fused ?? {})) add(key, at, sources, { layer });
    for (const key of inside) {
      const [, expert, kind] = /^experts\.(\d+)\.(\w+)$/.exec(key) ?? [];
      if (kind === undefined) {
        if (!fusedParts.has(key)) add(key, at, [key], { layer });
      } else if (!spelling.stackedExperts)
        add(`experts.${kind}`, `${at}experts.${expert}.`, [kind], { layer, expert: Number(expert) });
      else if (expert === '0') {
        const count = model.structure.experts?.count ?? 0;
        add(
          `experts.${kind}`,
          at,
          Array.from({ length: count }, (_, i) => `experts.${i}.${kind}`),
          { layer },
        );
      }
    }
  }
  return tensors;
}

function store(model: TinyModel, spelling: Spelling, key: string, name: string): FloatTensor {
  const tensor = part(model, name);
  return spelling.store?.(key, tensor, model.structure) ?? tensor;
}

function partOf(name: string, at: string): string {
  return name.slice(at.length, name.lastIndexOf('.'));
}

function missing(key: string): never {
  throw new Error(`This spelling has no name for ${key}.`);
}

function join(tensors: readonly FloatTensor[], model: TinyModel, spelling: Spelling): FloatTensor {
  const [first, ...others] = tensors as [FloatTensor, ...FloatTensor[]];
  if (others.length === 0) return first;
  const columns = first.shape[1] ?? 1;
  const rows = tensors.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
  const data = new Float32Array(rows * columns);
  // By head only where every part has the same number of heads.
  const steps = spelling.fusedByHead ? model.structure.heads : 1;
  let offset = 0;
  for (let step = 0; step < steps; step++) {
    for (const tensor of tensors) {
      const size = tensor.data.length / steps;
      data.set(tensor.data.subarray(step * size, (step + 1) * size), offset);
      offset += size;
    }
  }
  return { shape: first.shape.length === 1 ? [rows] : [rows, columns], data };
}

function stack(tensors: readonly FloatTensor[]): FloatTensor {
  const { shape, data } = tensors[0] as FloatTensor;
  const all = new Float32Array(data.length * tensors.length);
  for (const [i, tensor] of tensors.entries()) all.set(tensor.data, i * data.length);
  return { shape: [tensors.length, ...shape], data: all };
}

/** Transposes `[rows, columns]` to `[columns, rows]`. */
export function transposed({ shape, data }: FloatTensor): FloatTensor {
  const [rows, columns] = shape as [number, number];
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = data[row * columns + column] as number;
  }
  return { shape: [columns, rows], data: out };
}
