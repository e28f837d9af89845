import { buildDecoder } from '../graph/decoder.ts';
import { roundingError } from '../graph/linear.ts';
import { type Checkpoint, countParameters, storedAs } from '../model/checkpoint.ts';
import type { ModelLocation } from '../model/location.ts';
import { infillTokens } from '../prompt/fillInTheMiddle.ts';
import { openTokenizer, withCheckpoint } from './languageModel.ts';
import { chooseLowering } from './lowering.ts';
import { decoderMemory, type MemoryEstimate } from './memory.ts';

/** What a model is, found without reading its weights. */
export interface ModelDescription {
  readonly path: string;
  /** The name the file gives itself, or that of the file or folder. */
  readonly name: string;
  readonly family: string;
  readonly format: 'GGUF' | 'safetensors' | 'ONNX';
  /** How many tensors are stored in each way. */
  readonly storedAs: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** Tokens of context the model was trained on. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Bytes of the model's weight files. */
  readonly fileBytes: number;
  readonly fillInTheMiddle: boolean;
  /** Whether it brings a chat template. */
  readonly chat: boolean;
  readonly licence?: string;
  /** For several windows, on the native CPU. */
  readonly memory: readonly MemoryEstimate[];
  /** √(Σ(w − w′)² / Σw²) of the weights that are rounded to fewer bits for the native CPU, by a sample; absent where none is. */
  readonly roundingError?: number;
}

/**
 * Describes a model. The location's file is closed in the end.
 * @throws PaddockError `bad-model`, `unsupported-model`
 */
export function describeModel(location: ModelLocation): Promise<ModelDescription> {
  return withCheckpoint(location, async (checkpoint) => {
    const { config, source, weights, format, metadata } = checkpoint;
    const tokenizer = await openTokenizer(location, checkpoint);
    const graph = await buildDecoder(config, weights, chooseLowering('cpu'));
    const error = await roundingError(graph.rounded);
    const licence = metadata?.get('general.license');
    const name = metadata?.get('general.name');
    return {
      path: location.path,
      name: typeof name === 'string' && name !== '' ? name : lastPart(location.path),
      family: config.family,
      format,
      storedAs: storedAs(source),
      parameters: countParameters(source),
      contextLength: config.contextLength,
      vocabularySize: config.vocabularySize,
      layers: config.layers,
      fileBytes: source.files.reduce((sum, { size }) => sum + size, 0),
      fillInTheMiddle: infillTokens(tokenizer) !== undefined,
      chat: tokenizer.chatTemplate !== undefined,
      ...(typeof licence === 'string' && { licence }),
      memory: windowsOf(checkpoint).map((window) => decoderMemory(config, graph.weights.bytes, window)),
      ...(error !== undefined && { roundingError: error }),
    };
  });
}

/** Windows worth knowing the memory of: the trained one, and smaller ones. */
function windowsOf({ config: { contextLength } }: Checkpoint): number[] {
  return [...[2048, 8192, 32768].filter((window) => window < contextLength), contextLength];
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
