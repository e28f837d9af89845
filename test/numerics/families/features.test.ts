import { describe, expect, it } from 'vitest';
import { FAMILIES, tinyModel } from '../../support/families/families.ts';
import type { TinyModel } from '../../support/families/parts.ts';
import type { Structure } from '../../support/families/structure.ts';
import { relativeError } from '../compare.ts';
import { PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';

/** A hundred times what the engine is allowed with float32 weights. */
const NOTICEABLE = 1e-2;

/** What a structure lacks without one of its features; undefined or false where the family does not have it. */
const REMOVALS: Readonly<Record<string, (structure: Structure) => Partial<Structure> | undefined | false>> = {
  window: ({ window }) => window && { window: undefined },
  'window in every layer': ({ window, layers }) =>
    window && window.layers.length < layers
      ? { window: { ...window, layers: Array.from({ length: layers }, (_, layer) => layer) } }
      : undefined,
  'a window of one token more': ({ window }) => window && { window: { ...window, size: window.size + 1 } },
  'soft cap of scores': ({ attentionSoftcap }) => attentionSoftcap !== undefined && { attentionSoftcap: undefined },
  'soft cap of logits': ({ logitSoftcap }) => logitSoftcap !== undefined && { logitSoftcap: undefined },
  'norms after': ({ postNorms }) => postNorms && { postNorms: false },
  'norm of embeddings': ({ embeddingNorm }) => embeddingNorm && { embeddingNorm: false },
  'norms of queries and keys': ({ queryKeyNorms }) => queryKeyNorms && { queryKeyNorms: false },
  'layers without rotation': ({ layersWithoutRotation: layers }) => layers.length > 0 && { layersWithoutRotation: [] },
  'rotary base': ({ positions }) =>
    positions.kind === 'rotary' && { positions: { ...positions, base: positions.base === 1e4 ? 2e4 : 1e4 } },
  'rotary scaling': ({ positions }) =>
    positions.kind === 'rotary' && positions.scaling && { positions: { ...positions, scaling: { type: 'linear', factor: 1 } } },
  'rotary base of local layers': ({ positions }) =>
    positions.kind === 'rotary' && positions.local && { positions: { ...positions, local: { ...positions.local, base: 2e4 } } },
  'rotary pairs': ({ positions }) =>
    positions.kind === 'rotary' && { positions: { ...positions, interleaved: !positions.interleaved } },
  'part of a head that turns': ({ positions, headSize }) =>
    positions.kind === 'rotary' && positions.size < headSize && { positions: { ...positions, size: headSize } },
  'offset of positions': ({ positions }) =>
    positions.kind === 'learned' && positions.offset > 0 && { positions: { ...positions, offset: 0 } },
  'slopes of ALiBi': ({ positions, headSize }) =>
    positions.kind === 'alibi' && { positions: { kind: 'rotary', base: 1e4, size: headSize, interleaved: false } },
  'scale of scores': ({ attentionScale, headSize }) =>
    Math.abs(attentionScale * Math.sqrt(headSize) - 1) > 1e-9 && { attentionScale: headSize ** -0.5 },
  'multiplier of embeddings': ({ multipliers }) =>
    multipliers.embedding !== 1 && { multipliers: { ...multipliers, embedding: 1 } },
  'multiplier of residuals': ({ multipliers }) => multipliers.residual !== 1 && { multipliers: { ...multipliers, residual: 1 } },
  'multiplier of logits': ({ multipliers }) => multipliers.logits !== 1 && { multipliers: { ...multipliers, logits: 1 } },
  'second expert': ({ experts }) => experts && { experts: { ...experts, used: 1 } },
  activation: ({ activation }) => ({ activation: activation === 'silu' ? 'gelu-tanh' : 'silu' }),
  gate: ({ gated }) => gated && { gated: false },
};

/** What a family's tests would not notice, they do not test. */
describe('every feature of the tiny models changes what comes out', () => {
  it.each(FAMILIES)('$name', (family) => {
    const model = tinyModel(family);
    const truth = last(model);
    const variants: [string, TinyModel][] = Object.entries(REMOVALS).flatMap(([feature, remove]) => {
      const change = remove(family.structure);
      return change ? [[feature, { ...model, structure: { ...model.structure, ...change } }]] : [];
    });
    for (const kind of ['query', 'key', 'value', 'output', 'up', 'down']) {
      const without = new Map([...model.parts].filter(([name]) => !name.endsWith(`.${kind}.bias`)));
      // Softmax does not see what every key has in common, but for what rotation makes of it.
      const isSeen = kind !== 'key' || family.structure.positions.kind === 'rotary';
      if (without.size < model.parts.size && isSeen) variants.push([`biases of ${kind}`, { ...model, parts: without }]);
    }
    expect(variants.length).toBeGreaterThan(0);
    for (const [feature, variant] of variants) {
      expect.soft(relativeError(last(variant), truth), feature).toBeGreaterThan(NOTICEABLE);
    }
  });
});

function last(model: TinyModel): Float64Array {
  return ReferenceDecoder.logits(model, PROMPT.slice(0, 60), { window: 256 }).at(-1) as Float64Array;
}
