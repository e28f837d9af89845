import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MemoryEstimate } from '../../engine/generate/memory.ts';
import type { Device } from '../../engine/runtime/backend.ts';
import type { LlamaShape } from '../support/llama.ts';

/** The estimate for a model, and what it took in a process of its own, beyond that process's memory before. */
export interface MeasuredMemory {
  readonly estimate: MemoryEstimate;
  /** The peak while opening the model, filling the window and decoding. */
  readonly measuredBytes: number;
  /** At the end. */
  readonly heldBytes: number;
}

const CHILD = fileURLToPath(new URL('memoryChild.ts', import.meta.url));

/** Measures a model. It is converted beforehand in another process, as users convert a model only once. */
export async function measureMemory(
  path: string,
  window: number,
  conversions: string,
  device: Device = 'cpu',
): Promise<MeasuredMemory> {
  if (device === 'cpu') await measureConversion(path, conversions);
  return run<MeasuredMemory>(path, device, window, conversions);
}

/**
 * Converts a model for the native CPU.
 * @returns the peak of memory in bytes, beyond that of the process before
 */
export function measureConversion(path: string, conversions: string): Promise<number> {
  return run<number>(path, 'cpu', 0, conversions);
}

async function run<Result>(path: string, device: Device, window: number, conversions: string): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, path, device, String(window), conversions]);
  return JSON.parse(stdout) as Result;
}

/** Half a billion parameters, a third of them in the embedding of a large vocabulary. */
export const MEDIUM: LlamaShape = {
  vocabulary: 151_936,
  hidden: 896,
  layers: 24,
  heads: 14,
  kvHeads: 2,
  headSize: 64,
  feedForward: 4864,
  context: 32_768,
  tied: true,
  ropeBase: 10_000,
  epsilon: 1e-5,
};
