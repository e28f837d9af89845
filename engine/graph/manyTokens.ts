import type { DecoderConfig } from '../model/config.ts';
import type { Lowering } from './building.ts';

/** Whether many tokens have an attention of their own: onnxruntime's operator, which has no slopes. */
function hasPrefill({ positions }: DecoderConfig, { prefill }: Lowering): boolean {
  return prefill !== undefined && positions.kind !== 'alibi';
}

/** Whether a decoder has a graph for prefill beside the plain one. */
export function hasPrefillGraph(config: DecoderConfig, lowering: Lowering): boolean {
  return hasPrefill(config, lowering) && lowering.prefill === 'own graph';
}

/** Whether a decoder's graphs have attention for few tokens and for many. */
export function readsInSameGraph(config: DecoderConfig, lowering: Lowering): boolean {
  return hasPrefill(config, lowering) && lowering.prefill === 'same graph';
}
