import { PaddockError } from '../errors.ts';
import type { InferenceSession, Ort } from './ort.ts';

/** A built graph with its weights: files that the runtime maps into memory, bytes, or a graph in memory whose weights lie in a folder. */
export type DecoderImage =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'memory'; readonly model: Uint8Array; readonly weights: Uint8Array; readonly location: string }
  | { readonly kind: 'beside'; readonly model: Uint8Array; readonly folder: string };

/** Another graph over the weights of an image. */
export function withGraph(image: DecoderImage, model: Uint8Array): DecoderImage {
  if (image.kind === 'memory') return { ...image, model };
  return { kind: 'beside', model, folder: image.kind === 'beside' ? image.folder : image.path.replace(/[/\\][^/\\]*$/, '') };
}

/** @throws PaddockError `runtime` when onnxruntime refuses the graph */
export async function loadImage(
  image: DecoderImage,
  ort: Ort,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  // A memory pattern plans one run's activations as a block for each shape seen, and shapes change here with every chunk: measured, it
  // only adds to what the arena holds.
  const fixed = {
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
  } as const;
  const all = { ...fixed, ...options };
  try {
    if (image.kind === 'file') return await ort.InferenceSession.create(image.path, all);
    if (image.kind === 'beside') {
      const { session = {}, ...extra } = (options.extra ?? {}) as { session?: object };
      const place = { model_external_initializers_file_folder_path: image.folder };
      return await ort.InferenceSession.create(image.model, { ...all, extra: { ...extra, session: { ...session, ...place } } });
    }
    const externalData = [{ path: image.location, data: image.weights }];
    return await ort.InferenceSession.create(image.model, { ...all, externalData });
  } catch (error) {
    throw new PaddockError('runtime', `onnxruntime cannot load the model: ${(error as Error).message}`, { cause: error });
  }
}
