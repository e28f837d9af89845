import { PaddockError } from '../errors.ts';
import type { DecoderConfig } from '../model/config.ts';
import { cacheBytesPerToken } from '../runtime/decoderRuntime.ts';
import { PREFILL_CHUNK } from '../session/session.ts';

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

/**
 * Estimates the memory of a decoder.
 * @param weightBytes of the graph's weights
 * @param window tokens of context
 */
export function decoderMemory(config: DecoderConfig, weightBytes: number, window: number): MemoryEstimate {
  const { hiddenSize, heads, headSize, feedForwardSize, vocabularySize } = config;
  const cacheBytes = window * cacheBytesPerToken(config);
  const scores = 3 * PREFILL_CHUNK * heads * (window + PREFILL_CHUNK);
  const activations = PREFILL_CHUNK * (6 * hiddenSize + 4 * heads * headSize + 4 * feedForwardSize);
  const tables = window * headSize;
  const workingBytes = 4 * (scores + activations + tables + 2 * vocabularySize);
  return { window, weightBytes, cacheBytes, workingBytes, totalBytes: weightBytes + cacheBytes + workingBytes };
}

/** The same for a model of which less is known: two runs' worth of logits and a chunk of hidden states are its working memory. */
export function plainMemory(
  model: { readonly weightBytes: number; readonly cacheBytesPerToken: number; readonly vocabularySize: number },
  window: number,
): MemoryEstimate {
  const { weightBytes, cacheBytesPerToken, vocabularySize } = model;
  const cacheBytes = window * cacheBytesPerToken;
  const workingBytes = 4 * (PREFILL_CHUNK * vocabularySize + 2 * PREFILL_CHUNK * window);
  return { window, weightBytes, cacheBytes, workingBytes, totalBytes: weightBytes + cacheBytes + workingBytes };
}

/**
 * Refuses a model that does not fit, before anything is allocated.
 * @param limit bytes there are; undefined for no limit
 * @param estimate the memory for another window
 * @throws PaddockError `not-enough-memory` with the largest window that fits
 */
export function checkMemory(
  wanted: MemoryEstimate,
  limit: number | undefined,
  estimate: (window: number) => MemoryEstimate,
): void {
  if (limit === undefined || wanted.totalBytes <= limit) return;
  const largest = largestWindow(wanted.window, limit, estimate);
  const needs = `The model needs ${mebibytes(wanted.totalBytes)} with a window of ${wanted.window} tokens, ${mebibytes(limit)} are free.`;
  throw new PaddockError(
    'not-enough-memory',
    largest === 0
      ? `${needs} Its weights alone do not fit: choose a smaller model or one with fewer bits, or close other programs.`
      : `${needs} A window of ${largest} tokens fits: choose that, or close other programs.`,
    { largestWindow: largest },
  );
}

/** Windows are named in multiples of so many tokens, and none is smaller. */
const STEP = 256;

function largestWindow(wanted: number, limit: number, estimate: (window: number) => MemoryEstimate): number {
  let [fits, tooLarge] = [0, Math.ceil(wanted / STEP)];
  while (tooLarge - fits > 1) {
    const middle = (fits + tooLarge) >> 1;
    if (estimate(middle * STEP).totalBytes <= limit) fits = middle;
    else tooLarge = middle;
  }
  return fits * STEP;
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
