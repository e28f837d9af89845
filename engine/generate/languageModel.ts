import { throwIfCancelled } from '../errors.ts';
import { buildDecoder } from '../graph/decoder.ts';
import { type Checkpoint, countParameters, openFolderCheckpoint, openGgufCheckpoint } from '../model/checkpoint.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { ModelLocation } from '../model/location.ts';
import { type Device, loadBackend } from '../runtime/backend.ts';
import { DecoderRuntime } from '../runtime/decoderRuntime.ts';
import type { CacheOptions, ModelRuntime } from '../runtime/modelRuntime.ts';
import { Session } from '../session/session.ts';
import { tokenizerFromFolder } from '../tokenizer/folder.ts';
import { tokenizerFromGguf } from '../tokenizer/gguf.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type ConversionOptions, type ConversionStore, convertInMemory } from './conversion.ts';
import { chooseLowering, type Precision } from './lowering.ts';
import { checkMemory, decoderMemory, type MemoryEstimate } from './memory.ts';

export interface LoadOptions extends ConversionOptions {
  readonly device: 'auto' | Device;
  /** Threads of one run. */
  readonly threads: number;
  /** How weights are stored and multiplied; the device's best unless told. */
  readonly precision?: Precision;
  /** Tokens of context to make room for, at most; never more than the trained ones. */
  readonly window?: number;
  /** Bytes of memory that may be taken; no limit unless told. */
  readonly memory?: number;
  /** Where converted weights are kept; in memory only unless told. */
  readonly conversions?: ConversionStore;
  /** Awaited when all is converted and the weights are loaded next: the moment to give back what another model holds. */
  readonly beforeLoading?: () => Promise<void>;
}

/** What every loaded model has, whatever runs it. */
export type ModelConfig = Pick<
  DecoderConfig,
  'family' | 'vocabularySize' | 'contextLength' | 'layers' | 'bosTokenId' | 'eosTokenIds'
>;

/** A decoder in memory, ready to run: tokens in, logits out. Sessions over it share its weights. */
export interface Decoder {
  readonly config: ModelConfig;
  readonly runtime: ModelRuntime;
  readonly parameters: number;
  /** Tokens of context there is room for. */
  readonly window: number;
  readonly memory: MemoryEstimate;
  readonly device: Device;
  readonly notes: readonly string[];
  newSession(options?: CacheOptions): Session;
  dispose(): Promise<void>;
}

/** A decoder with its tokenizer: text in, text out. */
export interface LanguageModel extends Decoder {
  readonly tokenizer: Tokenizer;
  /** Every token that ends a text: the model's end tokens and all other control tokens. */
  readonly stopTokens: ReadonlySet<number>;
}

/**
 * Opens a model, builds its graph for the device, converts its weights unless that was done before, and loads it. The location's file is
 * closed in the end.
 * @throws PaddockError `bad-model`, `unsupported-model`, `not-enough-memory`, `runtime`, `cancelled`; nothing stays open
 */
export async function loadLanguageModel(location: ModelLocation, options: LoadOptions): Promise<LanguageModel> {
  return withCheckpoint(location, async (checkpoint) => {
    const tokenizer = await openTokenizer(location, checkpoint);
    const decoder = await load(checkpoint, options);
    const stopTokens = new Set([...decoder.config.eosTokenIds, ...tokenizer.endTokens, ...tokenizer.controls]);
    return { ...decoder, tokenizer, stopTokens };
  });
}

/** The same without a tokenizer, which the model then need not have. */
export function loadDecoder(location: ModelLocation, options: LoadOptions): Promise<Decoder> {
  return withCheckpoint(location, (checkpoint) => load(checkpoint, options));
}

/** Opens a model's configuration and weights, and closes them when `action` is done. */
export async function withCheckpoint<T>(location: ModelLocation, action: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint =
    location.kind === 'file' ? await openGgufCheckpoint(location.file) : await openFolderCheckpoint(location.folder);
  try {
    return await action(checkpoint);
  } finally {
    await checkpoint.source.close();
  }
}

/** @throws PaddockError `bad-model`, `unsupported-model` */
export async function openTokenizer(location: ModelLocation, { metadata }: Checkpoint): Promise<Tokenizer> {
  if (location.kind === 'folder') return tokenizerFromFolder(location.folder);
  return tokenizerFromGguf(metadata ?? new Map(), location.path);
}

async function load({ config, source, weights }: Checkpoint, options: LoadOptions): Promise<Decoder> {
  const { threads, onProgress, signal } = options;
  const backend = await loadBackend(options.device, threads);
  throwIfCancelled(signal);
  onProgress?.('reading', 0);
  const graph = await buildDecoder(config, weights, chooseLowering(backend.device, options.precision));
  const window = Math.min(options.window ?? config.contextLength, config.contextLength);
  const memory = decoderMemory(config, graph.weights.bytes, window);
  checkMemory(memory, options.memory, (tokens) => decoderMemory(config, graph.weights.bytes, tokens));
  // WebAssembly reads its weights from memory; the native library maps a file, which costs neither a copy nor time.
  const isNative = backend.device !== 'wasm';
  const image =
    isNative && options.conversions
      ? await options.conversions.convert(source, graph, options)
      : await convertInMemory(graph, options);
  throwIfCancelled(signal);
  await options.beforeLoading?.();
  onProgress?.('loading', 0);
  const runtime = await DecoderRuntime.create(config, image, backend, threads);
  return {
    config,
    runtime,
    parameters: countParameters(source),
    window,
    memory,
    device: backend.device,
    notes: backend.notes,
    newSession: (cache) => new Session(runtime, { window, ...cache }),
    dispose: () => runtime.dispose(),
  };
}
