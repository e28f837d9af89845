import type { FloatTensor } from '../llama.ts';
import { fastNormal, Random } from '../random.ts';
import type { Structure } from './structure.ts';

/**
 * A decoder in memory. Its parts have names of our own (`embedding.weight`, `layers.0.query.bias`), which each kind of checkpoint spells in
 * its own way. Matrices are `[rows, columns]`, and norms hold the factor that is applied.
 */
export interface TinyModel {
  readonly structure: Structure;
  readonly parts: ReadonlyMap<string, FloatTensor>;
}

/** Standard deviations of the random values; a matrix's are divided by √columns. */
const DEVIATION = { matrix: 1, sharp: 1.6, table: 3, tiedTable: 1.5, bias: 0.3, gain: 0.25 };

/** Every part of the structure with its shape. */
export function partShapes(structure: Structure): [name: string, dims: number[]][] {
  const { hidden, vocabulary, feedForward, biases, experts } = structure;
  const queries = structure.heads * structure.headSize;
  const keys = structure.kvHeads * structure.headSize;
  const linear = (name: string, rows: number, columns: number, bias: boolean): [string, number[]][] => [
    [`${name}.weight`, [rows, columns]],
    ...(bias ? [[`${name}.bias`, [rows]] satisfies [string, number[]]] : []),
  ];
  const norm = (name: string, size = hidden): [string, number[]][] => [
    [`${name}.weight`, [size]],
    ...(structure.norm === 'layer' ? [[`${name}.bias`, [size]] satisfies [string, number[]]] : []),
  ];
  const feedForwardOf = (name: string) => [
    ...(structure.gated ? linear(`${name}gate`, feedForward, hidden, biases.feedForward) : []),
    ...linear(`${name}up`, feedForward, hidden, biases.feedForward),
    ...linear(`${name}down`, hidden, feedForward, biases.feedForward),
  ];
  const layer = (at: string) => [
    ...norm(`${at}attentionNorm`),
    ...linear(`${at}query`, queries, hidden, biases.queryKeyValue),
    ...linear(`${at}key`, keys, hidden, biases.queryKeyValue),
    ...linear(`${at}value`, keys, hidden, biases.queryKeyValue),
    ...linear(`${at}output`, hidden, queries, biases.output),
    ...(structure.queryKeyNorms
      ? [...norm(`${at}queryNorm`, structure.headSize), ...norm(`${at}keyNorm`, structure.headSize)]
      : []),
    ...(structure.postNorms ? norm(`${at}attentionPostNorm`) : []),
    ...norm(`${at}feedForwardNorm`),
    ...(experts ? linear(`${at}router`, experts.count, hidden, false) : feedForwardOf(at)),
    ...Array.from({ length: experts?.count ?? 0 }, (_, expert) => feedForwardOf(`${at}experts.${expert}.`)).flat(),
    ...(structure.postNorms ? norm(`${at}feedForwardPostNorm`) : []),
  ];
  const { positions } = structure;
  return [
    ['embedding.weight', [vocabulary, hidden]],
    ...(positions.kind === 'learned' ? linear('positions', structure.context + positions.offset, hidden, false) : []),
    ...(structure.embeddingNorm ? norm('embeddingNorm') : []),
    ...Array.from({ length: structure.layers }, (_, at) => layer(`layers.${at}.`)).flat(),
    ...norm('finalNorm'),
    ...(structure.tied ? [] : linear('head', vocabulary, hidden, false)),
  ];
}

/**
 * Random weights. Norm factors lie around 1 and biases around 0, both far enough away to change the result; queries and keys are large, so
 * that attention is selective; logits differ by several units, as a trained model's do.
 */
export function randomModel(structure: Structure, seed: number): TinyModel {
  const random = new Random(seed);
  const parts = new Map<string, FloatTensor>();
  for (const [name, dims] of partShapes(structure)) {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const isGain = /[nN]orm\.weight$/.test(name);
    const data = fastNormal(size, deviation(name, dims, structure.tied), random.below(2 ** 31));
    if (isGain) for (let i = 0; i < size; i++) data[i] = 1 + (data[i] as number);
    parts.set(name, { shape: dims, data });
  }
  return { structure, parts };
}

function deviation(name: string, dims: readonly number[], tied: boolean): number {
  if (/[nN]orm\.weight$/.test(name)) return DEVIATION.gain;
  if (dims.length === 1) return DEVIATION.bias;
  const isTable = /^(embedding|head|positions)\./.test(name);
  const isSharp = /\.(query|key)\.weight$/.test(name);
  const kind = isTable ? (tied ? 'tiedTable' : 'table') : isSharp ? 'sharp' : 'matrix';
  return DEVIATION[kind] / Math.sqrt(dims.at(-1) as number);
}

export function part(model: TinyModel, name: string): FloatTensor {
  const found = model.parts.get(name);
  if (!found) throw new Error(`The model has no part ${name}.`);
  return found;
}
