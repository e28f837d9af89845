import { PaddockError } from '../errors.ts';

/** The part of onnxruntime's JavaScript interface that Paddock uses; onnxruntime-node and onnxruntime-web share it. */
export type Ort = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor' | 'env'>;
export type { InferenceSession, Tensor } from 'onnxruntime-node';

/** Where a model runs: the native library on the CPU, or WebAssembly. */
export type Device = 'cpu' | 'wasm';

export interface Backend {
  readonly device: Device;
  readonly ort: Ort;
  /** Why a better device was not taken, in words for the log. */
  readonly notes: readonly string[];
}

/**
 * Loads onnxruntime: the native library, or its WebAssembly build where that is wished or the native one cannot be loaded.
 * @param threads of one run; WebAssembly fixes them when it starts, so the first caller in a process decides
 * @throws PaddockError `runtime` when none can be loaded
 */
export async function loadBackend(wish: 'auto' | 'cpu' | 'wasm', threads: number): Promise<Backend> {
  const notes: string[] = [];
  if (wish !== 'wasm') {
    try {
      const ort = await import('onnxruntime-node');
      ort.env.logLevel = 'error';
      return { device: 'cpu', ort, notes };
    } catch (error) {
      notes.push(`onnxruntime's native library cannot be loaded here: ${(error as Error).message}`);
      if (wish === 'cpu') throw new PaddockError('runtime', `${notes[0]}. Set the device to "auto" or "wasm".`, { cause: error });
    }
  }
  try {
    const ort = await import('onnxruntime-web');
    ort.env.logLevel = 'error';
    ort.env.wasm.numThreads = threads;
    return { device: 'wasm', ort, notes };
  } catch (error) {
    notes.push(`its WebAssembly build cannot be loaded either: ${(error as Error).message}`);
    throw new PaddockError('runtime', `${notes.join('; ')}. Install the extension again.`, { cause: error });
  }
}
