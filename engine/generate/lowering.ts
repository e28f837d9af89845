import type { Lowering } from '../graph/building.ts';
import type { WeightFormat } from '../graph/quantize.ts';
import type { Device } from '../runtime/backend.ts';
import type { Adapter } from '../runtime/webgpu/adapter.ts';

/**
 * How exact the numbers are: `fast` is what completions run on; `exact` keeps the same 4-bit weights but float32 activations;
 * `float32` keeps the checkpoint's own weights.
 */
export type Precision = 'fast' | 'exact' | 'float32';

const FLOAT32: WeightFormat = { kind: 'float32' };

/**
 * Blocks of 128 are a fifth faster to multiply than blocks of 32, at prefill and at decode. The default model is trained with this
 * rounding at the end; test/numerics/REPORT.md says what it costs.
 */
const LINEAR: WeightFormat = { kind: 'blocks', bits: 4, blockSize: 128 };
const HEAD: WeightFormat = { kind: 'blocks', bits: 8, blockSize: 128 };
/** Only looked up, never multiplied, so small blocks cost no time. */
const EMBEDDING: WeightFormat = { kind: 'blocks', bits: 8, blockSize: 32 };

/** WebGPU's fused kernels are made for 4 bits in blocks of 32. */
const GPU_LINEAR: WeightFormat = { kind: 'blocks', bits: 4, blockSize: 32 };
const GPU_HEAD: WeightFormat = { kind: 'blocks', bits: 8, blockSize: 32 };

/** Bytes of a model as float32 from which WebAssembly keeps it in 8 bits: its memory ends at 4 GiB, and a token reads all of it. */
const LARGE_BYTES = 0.7e9;
const INT8: WeightFormat = { kind: 'int8' };

/**
 * Bytes of a model as float32 up to which prefill has a graph of its own on the CPU, and so the weights twice. With 8 million parameters the
 * choice in each layer would take a tenth of a token's step; with 110 million a step takes up to a twentieth longer, and prompts take a
 * seventh less behind 1 000 tokens.
 */
const SMALL_BYTES = 256e6;

/**
 * The formats that are fast on a device (measured). Native CPU and WebGPU: 4-bit blocks, with 8 bits for the head and the embedding,
 * which suffer most. WebAssembly has no fast kernel for blocks and unpacks them at each call, so there weights stay float32, or take
 * 8 bits where that is too much (KL divergence from float32 on code, default model: 0.003; 4-bit blocks: 0.05).
 * @param options.adapter of WebGPU
 * @param options.floatBytes size of the model as float32
 */
export function chooseLowering(
  device: Device,
  precision: Precision = 'fast',
  { adapter, floatBytes = 0 }: { readonly adapter?: Adapter | undefined; readonly floatBytes?: number } = {},
): Lowering {
  const kernels = device === 'webgpu' ? 'webgpu' : 'cpu';
  const prefill = floatBytes <= SMALL_BYTES ? 'own graph' : 'same graph';
  if (device === 'wasm' && precision === 'fast' && floatBytes > LARGE_BYTES) {
    return { linear: INT8, head: INT8, embedding: EMBEDDING, accuracy: 'exact', kernels };
  }
  if (device === 'wasm' || precision === 'float32') {
    const formats = { linear: FLOAT32, head: FLOAT32, embedding: FLOAT32 };
    return { ...formats, accuracy: 'exact', kernels, ...(device === 'cpu' && { prefill }) };
  }
  if (device === 'webgpu') {
    const halfPrecision = precision === 'fast' && adapter?.float16 === true;
    return { linear: GPU_LINEAR, head: GPU_HEAD, embedding: EMBEDDING, accuracy: precision, kernels, halfPrecision };
  }
  return { linear: LINEAR, head: HEAD, embedding: EMBEDDING, accuracy: precision, kernels, prefill };
}
