import type { DecoderConfig } from '../../../engine/model/config.ts';
import { KvCache, type ValueOrder } from '../../../engine/runtime/kvCache.ts';

/** Of a decoder without weights. */
export const TINY_CONFIG: DecoderConfig = {
  family: 'llama',
  vocabularySize: 16,
  hiddenSize: 8,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 2,
  feedForwardSize: 8,
  contextLength: 4000,
  positions: { kind: 'alibi' },
  norm: { kind: 'rms', epsilon: 1e-5 },
  attention: { scale: 1 },
  feedForward: { activation: 'silu', gated: true },
  multipliers: { embedding: 1, residual: 1, logits: 1 },
  tiedEmbeddings: false,
  bosTokenId: undefined,
  eosTokenIds: [],
};

/** Keys and values of a token at a position: each number says whose it is, so that none is like another. */
export function keysAndValues(position: number): Float32Array {
  const { layers, kvHeads, headSize } = TINY_CONFIG;
  return Float32Array.from({ length: 2 * layers * kvHeads * headSize }, (_, i) => 100 * position + i);
}

/** A cache with so many tokens. */
export function cacheOf(tokens: number, order?: ValueOrder): KvCache {
  const cache = new KvCache(TINY_CONFIG, {}, order);
  for (let position = 0; position < tokens; position++) cache.append([position], keysAndValues(position));
  return cache;
}
