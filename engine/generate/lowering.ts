import type { Lowering } from '../graph/decoder.ts';
import type { WeightFormat } from '../graph/quantize.ts';
import type { DecoderConfig } from '../model/config.ts';

/**
 * How exact the numbers are: `fast` is what completions run on; `exact` keeps the same 4-bit weights but float32 activations;
 * `float32` keeps the checkpoint's own weights.
 */
export type Precision = 'fast' | 'exact' | 'float32';

const FLOAT32: WeightFormat = { kind: 'float32' };

/** From this hidden size on, blocks of 64 cost little exactness and are a fifth faster to multiply. */
const WIDE = 512;

/**
 * The formats that are fast on a device (measured). Native CPU: 4-bit blocks, with 8 bits for the head and the embedding, which
 * suffer most. WebAssembly has no fast kernel for blocks and unpacks them at each call, so there the weights stay float32.
 */
export function chooseLowering(config: DecoderConfig, device: 'cpu' | 'wasm', precision: Precision = 'fast'): Lowering {
  if (device === 'wasm' || precision === 'float32') {
    return { linear: FLOAT32, head: FLOAT32, embedding: FLOAT32, accuracy: 'exact' };
  }
  const blockSize = config.hiddenSize >= WIDE ? 64 : 32;
  const head: WeightFormat = { kind: 'blocks', bits: 8, blockSize };
  return { linear: { kind: 'blocks', bits: 4, blockSize }, head, embedding: head, accuracy: precision };
}
