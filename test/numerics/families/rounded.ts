import { part, type TinyModel } from '../../support/families/parts.ts';
import { type Blocks, roundMatrix, SHIPPED_FORMATS } from '../quantized.ts';

type Formats = Readonly<Record<'linear' | 'head' | 'embedding', Blocks>>;

/**
 * The model that is left when the engine rounds its matrices to blocks. Learned positions and routers stay as they are, and so does an
 * embedding whose rows do not hold whole blocks.
 */
export function roundedModel(model: TinyModel, formats: Formats = SHIPPED_FORMATS): TinyModel {
  const { structure } = model;
  const { embedding, head, linear } = formats;
  const parts = new Map(model.parts);
  // A tied table is rounded once as embedding and once as head, which makes two tables of it.
  if (structure.tied) parts.set('head.weight', part(model, 'embedding.weight'));
  for (const [name, { shape, data }] of parts) {
    const columns = shape[1];
    if (columns === undefined || /^positions|\.router\./.test(name)) continue;
    if (name.startsWith('embedding') && columns % embedding.blockSize !== 0) continue;
    const format = name.startsWith('embedding') ? embedding : name.startsWith('head') ? head : linear;
    parts.set(name, { shape, data: roundMatrix(data, columns, format) });
  }
  return { structure: { ...structure, tied: false }, parts };
}
