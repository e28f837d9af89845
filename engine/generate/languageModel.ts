import { PaddockError, throwIfCancelled } from '../errors.ts';
import { buildDecoder } from '../graph/decoder.ts';
import { MAX_MODEL_BYTES } from '../graph/onnx.ts';
import { type Checkpoint, openCheckpoint, readTokenizerFiles } from '../model/checkpoint.ts';
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

/** A decoder in memory, ready to run: tokens in, logits out. Sessions over it share its weights. */
export interface Decoder {
  readonly config: DecoderConfig;
  readonly parameters: number;
  /** Bytes of the graph with its weights. */
  readonly weightBytes: number;
  readonly device: 'cpu' | 'wasm';
  readonly notes: readonly string[];
  newSession(): Session;
  dispose(): Promise<void>;
}

/** A decoder with its tokenizer: text in, text out. */
export interface LanguageModel extends Decoder {
  readonly tokenizer: Tokenizer;
  /** Every token that ends a text: the model's end tokens and all other control tokens. */
  readonly stopTokens: ReadonlySet<number>;
}

/**
 * Opens a model folder, builds its graph for the device and loads that.
 * @throws PaddockError `bad-model`, `unsupported-model`, `runtime`, `cancelled`; nothing stays open
 */
export async function loadLanguageModel(folder: ModelFolder, options: LoadOptions): Promise<LanguageModel> {
  return withCheckpoint(folder, async (checkpoint) => {
    const tokenizer = new Tokenizer(await readTokenizerFiles(folder));
    const decoder = await load(checkpoint, folder.path, options);
    const stopTokens = new Set([...decoder.config.eosTokenIds, ...tokenizer.controls]);
    return { ...decoder, tokenizer, stopTokens };
  });
}

/** The same without a tokenizer, which the folder then need not have. */
export function loadDecoder(folder: ModelFolder, options: LoadOptions): Promise<Decoder> {
  return withCheckpoint(folder, (checkpoint) => load(checkpoint, folder.path, options));
}

async function withCheckpoint<T>(folder: ModelFolder, action: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(folder);
  try {
    return await action(checkpoint);
  } finally {
    await checkpoint.weights.close();
  }
}

async function load({ config, weights }: Checkpoint, path: string, options: LoadOptions): Promise<Decoder> {
  const backend = await loadBackend(options.device, options.threads);
  throwIfCancelled(options.signal);
  const graph = await buildDecoder(config, weights, chooseLowering(backend.device, options.precision));
  if (graph.length > MAX_MODEL_BYTES) {
    throw new PaddockError('unsupported-model', `${path} is too large: ${graph.length} bytes of weights, 2 GiB can be loaded.`);
  }
  throwIfCancelled(options.signal);
  const runtime = await DecoderRuntime.create(config, graph, backend, options.threads);
  return {
    config,
    parameters: weights.parameters,
    weightBytes: graph.length,
    device: backend.device,
    notes: backend.notes,
    newSession: () => new Session(runtime),
    dispose: () => runtime.dispose(),
  };
}
