import { PaddockError } from '../errors.ts';
import type { Device } from './backend.ts';
import type { InferenceSession, Tensor } from './ort.ts';

/**
 * Runs a graph. The event loop turns meanwhile, on every device.
 * @param outputs names of those that are wanted; all where absent
 * @throws PaddockError `runtime`
 */
export async function runGraph(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  device: Device,
  outputs: readonly string[] = session.outputNames,
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    const found = await session.run(feeds, outputs);
    // WebAssembly runs on this thread; the native library already waits for the event loop before each run.
    if (device === 'wasm') await new Promise((resolve) => setTimeout(resolve));
    return found;
  } catch (error) {
    throw failedRun(error as Error);
  }
}

/** Wraps what onnxruntime threw while a graph ran into a PaddockError; one that already is stays as it is. */
export function failedRun(error: Error): PaddockError {
  if (error instanceof PaddockError) return error;
  return new PaddockError('runtime', `onnxruntime failed: ${error.message}`, { cause: error });
}
