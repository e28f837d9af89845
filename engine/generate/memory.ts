import { PaddockError } from '../errors.ts';
import type { WeightPlan } from '../graph/weightPlan.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Device } from '../runtime/backend.ts';
import { cacheBytesPerToken } from '../runtime/decoderRuntime.ts';
import { PREFILL_CHUNK } from '../session/timeline.ts';

/** Memory that a model with one timeline takes, in bytes. */
export interface MemoryEstimate {
  /** Tokens of context. */
  readonly window: number;
  readonly weightBytes: number;
  /** Keys and values when the window is full. */
  readonly cacheBytes: number;
  /** Activations of the largest run, masks and tables. */
  readonly workingBytes: number;
  readonly totalBytes: number;
}

const MIB = 2 ** 20;

/** What onnxruntime takes before it holds a weight: its code as far as it is used, and what it makes of a graph (measured). */
const RUNTIME_BYTES: Readonly<Record<Device, number>> = { cpu: 32 * MIB, webgpu: 32 * MIB, wasm: 108 * MIB };

/** Outputs of earlier runs that JavaScript's garbage collector leaves uncollected, up to this size with a mask (measured). */
const DEAD_BYTES = 40 * MIB;

/** Of the strings and tables of a tokenizer (measured). */
const BYTES_PER_WORD = 128;

/** The sizes of a graph's weights that matter for memory; see WeightPlan. */
export type WeightSizes = Pick<WeightPlan, 'bytes' | 'largest' | 'multiplied'>;

/**
 * Estimates the peak memory of opening a decoder and filling its window, in bytes beyond what the process had.
 *
 * - Weights: the native library maps them from the file. Matrices it multiplies by are repacked into memory and their pages given back;
 *   for int8 products the scales are kept twice more, with the sums of each block. WebAssembly's heap holds what was read and what was
 *   repacked, because it never shrinks.
 * - Cache: keys and values of a full window.
 * - Working memory: the runtime; the weights of a second graph; scores of a chunk over the full window; the chunk's activations; rotary
 *   tables; logits; the tokenizer; dead buffers. Where repacking the largest matrix takes more, that counts instead: it happens before
 *   there is a cache. On WebAssembly all weights stand beside the heap until then.
 * @param window tokens of context
 * @param prefill where attention for many tokens stands: in a graph of its own, whose weights these are, beside the other, or nowhere
 */
export function decoderMemory(
  config: DecoderConfig,
  weights: WeightSizes,
  window: number,
  device: Device = 'cpu',
  prefill?: WeightSizes | 'same graph',
): MemoryEstimate {
  const { layers, hiddenSize, heads, kvHeads, headSize, feedForwardSize, vocabularySize, attention } = config;
  const cacheBytes = window * cacheBytesPerToken(config);
  const held = ({ bytes, multiplied }: WeightSizes) =>
    bytes + (device === 'wasm' ? multiplied.floatBytes : 2 * multiplied.scaleBytes);
  const weightBytes = held(weights);
  // By plain operators there are products, those with the mask, and probabilities. onnxruntime's own goes through them in pieces, but makes
  // copies of a layer's keys and values, which in a graph of its own stand until the run ends, and the products where they are capped.
  const arrays = prefill ? (attention.softcap === undefined ? 0 : 1) : 3;
  const scores = arrays * PREFILL_CHUNK * heads * (window + PREFILL_CHUNK);
  const own = typeof prefill === 'object' ? prefill : undefined;
  const copied = own ? 2 * layers : 3;
  const copies = prefill ? copied * kvHeads * headSize * (window + PREFILL_CHUNK) : 0;
  const activations = PREFILL_CHUNK * (6 * hiddenSize + 4 * heads * headSize + 4 * feedForwardSize);
  const tables = window * headSize;
  // A mask has a row for each token of the chunk and head of a group, and half as much room again to grow.
  const mask = prefill ? 0 : 1.5 * 4 * PREFILL_CHUNK * (heads / kvHeads) * window;
  const dead = Math.min(DEAD_BYTES, cacheBytes + mask);
  const running = 4 * (scores + copies + activations + tables + 2 * vocabularySize) + dead;
  const loading = device === 'wasm' ? weights.bytes : weights.largest;
  const again = own ? held(own) : 0;
  const workingBytes = RUNTIME_BYTES[device] + again + BYTES_PER_WORD * vocabularySize + Math.max(running, loading - cacheBytes);
  return { window, weightBytes, cacheBytes, workingBytes, totalBytes: weightBytes + cacheBytes + workingBytes };
}

/** What the memory of a model depends on whose decoder is not {@link decoderMemory}'s. */
export interface PlainModel {
  readonly weightBytes: number;
  /** Of the decoder's own tokens. */
  readonly cacheBytesPerToken: number;
  /** Whether each run gives the keys and values of all tokens, which is how the graphs of ONNX folders do it. */
  readonly givesWholeCache: boolean;
  /** Of an encoder's input: the keys and values that the decoder makes of it. 0 where absent: there is no encoder. */
  readonly inputBytesPerToken?: number;
  /** Of an encoder's input: the encoder's activations beside scores, in float32. 0 where absent. */
  readonly inputActivationsPerToken?: number;
  /** Of queries. */
  readonly heads: number;
  readonly vocabularySize: number;
}

/**
 * The same as {@link decoderMemory} for the graphs of ONNX folders and for encoder–decoders.
 *
 * - Weights: matrices are repacked, and their pages given back; tables are mapped, and soon read in whole.
 * - Cache: keys and values of a full window, and of a full input. A graph that gives all of them makes new ones while it reads the old,
 *   and they are copied for JavaScript; what it made stays in onnxruntime's arena. On a GPU there is no copy.
 * - Working memory: the runtime; the tokenizer; the logits of a chunk in onnxruntime and in JavaScript; scores (products, with the mask,
 *   probabilities) of a chunk over the window; dead buffers, where they are not freed at once. An encoder has scores and activations of
 *   its whole input at once, so the former grow with the window's square: in graphs of ONNX folders as elsewhere; in Paddock's the
 *   probabilities replace the products, and the mask, of distances, is the only array beside them.
 */
export function plainMemory(model: PlainModel, window: number, device: Device = 'cpu'): MemoryEstimate {
  const { weightBytes, cacheBytesPerToken, inputBytesPerToken = 0, inputActivationsPerToken = 0, heads, vocabularySize } = model;
  const copies = device === 'webgpu' ? 1 : 2;
  const cacheBytes = window * (cacheBytesPerToken + inputBytesPerToken);
  const given = window * (inputBytesPerToken + (model.givesWholeCache ? copies * cacheBytesPerToken : 0));
  const rows = inputBytesPerToken ? window : PREFILL_CHUNK;
  const scores = (model.givesWholeCache ? 3 : 2) * heads * rows * window;
  const logits = 2 * (model.givesWholeCache ? PREFILL_CHUNK : 1) * vocabularySize;
  const dead = model.givesWholeCache ? 0 : Math.min(DEAD_BYTES, cacheBytes + 4 * heads * PREFILL_CHUNK * window);
  const running = 4 * (logits + scores + inputActivationsPerToken * window) + given + dead;
  const workingBytes = RUNTIME_BYTES[device] + BYTES_PER_WORD * vocabularySize + running;
  return { window, weightBytes, cacheBytes, workingBytes, totalBytes: weightBytes + cacheBytes + workingBytes };
}

/** The same with other graphs opened on demand: each has weights of its own, because onnxruntime repacks them. */
export function withGraphs(memory: MemoryEstimate, others: number): MemoryEstimate {
  const more = others * memory.weightBytes;
  return { ...memory, weightBytes: memory.weightBytes + more, totalBytes: memory.totalBytes + more };
}

/**
 * Rejects a model that does not fit, before anything is allocated.
 * @param limit bytes there are; undefined for no limit
 * @param estimate the memory for another window
 * @param what needs it, where it is more than the model
 * @throws PaddockError `not-enough-memory` with the largest window that fits
 */
export function checkMemory(
  wanted: MemoryEstimate,
  limit: number | undefined,
  estimate: (window: number) => MemoryEstimate,
  what = 'The model',
): void {
  if (limit === undefined || wanted.totalBytes <= limit) return;
  const largest = largestWindow(wanted.window, limit, estimate);
  const needs = `${what} needs ${inWords(wanted.totalBytes)} with a window of ${wanted.window} tokens, ${inWords(limit)} are free.`;
  const none = wanted.weightBytes > limit ? 'Its weights alone do not fit' : `Not even a window of ${STEP} tokens fits`;
  throw new PaddockError(
    'not-enough-memory',
    largest === 0
      ? `${needs} ${none}: choose a smaller model or one with fewer bits, or close other programs.`
      : `${needs} A window of ${largest} tokens fits: choose that, or close other programs.`,
    { largestWindow: largest },
  );
}

/**
 * The window a model is opened with: the requested tokens, but no more than it was trained on.
 * @param wish.window tokens; 0 or undefined for the trained ones
 * @param wish.memory bytes there are, as for {@link checkMemory}
 * @param wish.shrinks whether to take the largest window that fits where the requested one does not
 * @throws PaddockError `not-enough-memory` with the largest window that fits
 */
export function openingWindow(
  trained: number,
  wish: { readonly window?: number; readonly memory?: number; readonly shrinks?: boolean },
  estimate: (window: number) => MemoryEstimate,
): number {
  const { window: wanted, memory, shrinks = false } = wish;
  const window = Math.min(wanted || trained, trained);
  if (shrinks && memory !== undefined && estimate(window).totalBytes > memory) {
    const fits = largestWindow(window, memory, estimate);
    if (fits > 0) return fits;
  }
  checkMemory(estimate(window), memory, estimate);
  return window;
}

/** Windows are named in multiples of so many tokens, and none is smaller. */
const STEP = 256;

/**
 * The largest window that fits, in steps of {@link STEP}; 0 when none does.
 * @param wanted tokens of context; no more are looked for, but for the rest of a step
 * @param limit bytes there are
 */
export function largestWindow(wanted: number, limit: number, estimate: (window: number) => MemoryEstimate): number {
  let [fits, tooLarge] = [0, Math.ceil(wanted / STEP)];
  while (tooLarge - fits > 1) {
    const middle = (fits + tooLarge) >> 1;
    if (estimate(middle * STEP).totalBytes <= limit) fits = middle;
    else tooLarge = middle;
  }
  return fits * STEP;
}

/** Exact enough to show that what is needed differs from what is available. */
function inWords(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
