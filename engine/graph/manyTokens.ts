import type { DecoderConfig } from '../model/config.ts';
import type { Lowering } from './building.ts';

/** Where a decoder's attention for many tokens stands, see {@link Lowering.prefill}: onnxruntime's operator for it has no slopes. */
export function prefillOf({ positions }: DecoderConfig, { prefill }: Lowering): Lowering['prefill'] {
  return positions.kind === 'alibi' ? undefined : prefill;
}
