import { PaddockError } from '../errors.ts';
import type { InferenceSession, Ort } from './backend.ts';

/** A built graph with its weights: files that the runtime maps into memory, or bytes. */
export type DecoderImage =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'memory'; readonly model: Uint8Array; readonly weights: Uint8Array; readonly location: string };

/** @throws PaddockError `runtime` when onnxruntime refuses the graph */
export async function loadImage(
  image: DecoderImage,
  ort: Ort,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const all = { interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', ...options } as const;
  try {
    if (image.kind === 'file') return await ort.InferenceSession.create(image.path, all);
    const externalData = [{ path: image.location, data: image.weights }];
    return await ort.InferenceSession.create(image.model, { ...all, externalData });
  } catch (error) {
    throw new PaddockError('runtime', `onnxruntime cannot load the model: ${(error as Error).message}`, { cause: error });
  }
}
