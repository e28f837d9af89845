import { PaddockError, throwIfCancelled } from '../errors.ts';
import { buildDecoder, type Lowering } from '../graph/decoder.ts';
import { MAX_MODEL_BYTES } from '../graph/onnx.ts';
import { type Checkpoint, openCheckpoint } from '../model/checkpoint.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { ModelFolder } from '../model/files.ts';
import { loadBackend } from '../runtime/backend.ts';
import { DecoderRuntime } from '../runtime/decoderRuntime.ts';
import { Session } from '../session/session.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { chooseLowering, type Precision } from './lowering.ts';

export interface LoadOptions {
  readonly device: 'auto' | 'cpu' | 'wasm';
  /** Threads of one run. */
  readonly threads: number;
  /** How weights are stored and multiplied; the device's best unless told. */
  readonly precision?: Precision;
  readonly signal?: AbortSignal;
}

/** A model in memory, ready to run. Sessions over it share its weights. */
export interface LanguageModel {
  readonly config: DecoderConfig;
  readonly tokenizer: Tokenizer;
  /** Every token that ends a text: the model's end tokens and all other control tokens. */
  readonly stopTokens: ReadonlySet<number>;
  readonly parameters: number;
  /** Bytes of the graph with its weights. */
  readonly weightBytes: number;
  readonly device: 'cpu' | 'wasm';
  readonly lowering: Lowering;
  readonly notes: readonly string[];
  newSession(): Session;
  dispose(): Promise<void>;
}

/**
 * Opens a model folder, builds its graph for the device and loads that.
 * @throws PaddockError `bad-model`, `unsupported-model`, `runtime`, `cancelled`; nothing stays open
 */
export async function loadLanguageModel(folder: ModelFolder, options: LoadOptions): Promise<LanguageModel> {
  const checkpoint = await openCheckpoint(folder);
  try {
    return await load(checkpoint, folder.path, options);
  } finally {
    await checkpoint.weights.close();
  }
}

async function load(checkpoint: Checkpoint, path: string, options: LoadOptions): Promise<LanguageModel> {
  const { config, weights } = checkpoint;
  const tokenizer = new Tokenizer(checkpoint.tokenizer);
  const backend = await loadBackend(options.device, options.threads);
  throwIfCancelled(options.signal);
  const lowering = chooseLowering(backend.device, options.precision);
  const graph = await buildDecoder(config, weights, lowering);
  if (graph.length > MAX_MODEL_BYTES) {
    throw new PaddockError('unsupported-model', `${path} is too large: ${graph.length} bytes of weights, 2 GiB can be loaded.`);
  }
  throwIfCancelled(options.signal);
  const runtime = await DecoderRuntime.create(config, graph, backend, options.threads);
  return {
    config,
    tokenizer,
    stopTokens: new Set([...config.eosTokenIds, ...tokenizer.controls]),
    parameters: weights.parameters,
    weightBytes: graph.length,
    device: backend.device,
    lowering,
    notes: backend.notes,
    newSession: () => new Session(runtime),
    dispose: () => runtime.dispose(),
  };
}
