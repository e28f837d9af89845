import { PaddockError } from '../errors.ts';
import type { Fields } from './fields.ts';
import { AWQ_LAYOUT, gptqLayout, type PackedLayout } from './packedLayouts.ts';

/** How a checkpoint's matrices are packed. */
export interface PackedFormat {
  readonly name: 'GPTQ 4-bit' | 'AWQ 4-bit';
  readonly layout: PackedLayout;
  /** Neighbouring weights of a row that share a scale; all of them at −1. */
  readonly groupSize: number;
}

/**
 * Reads config.json's `quantization_config`.
 * @throws PaddockError `unsupported-model` naming another method, number of bits or layout
 */
export function packedFormat(fields: Fields): PackedFormat {
  const method = String(fields.get('quant_method') ?? 'of an unknown name, such as that of MLX');
  const bits = fields.get('bits', 'w_bit');
  const version = String(fields.get('checkpoint_format', 'version') ?? (method === 'awq' ? 'gemm' : 'gptq')).toLowerCase();
  const groupSize = fields.get('group_size', 'q_group_size') ?? (method === 'awq' ? 128 : -1);
  if (typeof groupSize !== 'number' || !(groupSize === -1 || (groupSize > 0 && groupSize % 16 === 0))) {
    throw unsupported(fields, `groups of ${JSON.stringify(groupSize)}`);
  }
  if (method !== 'gptq' && method !== 'awq') throw unsupported(fields, `the method ${method}`);
  if (bits !== 4) throw unsupported(fields, `${method} with ${JSON.stringify(bits)} bits`);
  if (method === 'awq') {
    if (version !== 'gemm') throw unsupported(fields, `awq in the layout ${version}`);
    return { name: 'AWQ 4-bit', layout: AWQ_LAYOUT, groupSize };
  }
  if ((version !== 'gptq' && version !== 'gptq_v2') || fields.flag('is_marlin_format')) {
    throw unsupported(fields, `gptq in the layout ${version === 'gptq' ? 'marlin' : version}`);
  }
  return { name: 'GPTQ 4-bit', layout: gptqLayout(version === 'gptq' ? 1 : 0), groupSize };
}

function unsupported(fields: Fields, what: string): PaddockError {
  return new PaddockError(
    'unsupported-model',
    `${fields.where}: the weights are quantised by ${what}; 4-bit gptq and awq (gemm) are read. Choose the model in one of them, or as GGUF.`,
  );
}
