import type { DecoderGraph } from '../graph/building.ts';
import type { WeightSource } from '../model/weights.ts';
import type { Device } from '../runtime/backend.ts';
import type { DecoderImage } from '../runtime/decoderImage.ts';

/** Called with the progress of opening a model: reading its files, converting its weights for the device, loading them into the runtime. */
export type OnProgress = (stage: 'reading' | 'converting' | 'loading', part: number) => void;

export interface ConversionOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Keeps converted models, so that each is converted once. A conversion is found by the content of the model's files and the graph. One
 * that was interrupted is never found.
 */
export interface ConversionStore {
  /**
   * The conversion of a model's weights for a graph, made now unless it exists.
   * @returns the files to load
   * @throws PaddockError `cancelled`, `runtime` when the disk is full or cannot be written; nothing half-written stays
   */
  convert(source: WeightSource, graph: DecoderGraph, options: ConversionOptions): Promise<DecoderImage>;
}

/**
 * Converts a model's weights for a graph: into the store, or into memory where there is none. WebAssembly and WebGPU take their weights
 * from memory; the native library maps a file, which costs neither a copy nor time.
 * @throws PaddockError as {@link ConversionStore.convert}
 */
export function convert(
  source: WeightSource,
  graph: DecoderGraph,
  device: Device,
  options: ConversionOptions & { readonly conversions?: ConversionStore },
): Promise<DecoderImage> {
  const { conversions } = options;
  return device === 'cpu' && conversions ? conversions.convert(source, graph, options) : convertInMemory(graph, options);
}

/** The conversion in memory, for devices that read their weights from there and for places without a disk. */
export async function convertInMemory(graph: DecoderGraph, { signal, onProgress }: ConversionOptions): Promise<DecoderImage> {
  const weights = await graph.weights.toBytes(signal, (part) => onProgress?.('converting', part));
  return { kind: 'memory', model: graph.model, weights, location: graph.weights.location };
}
