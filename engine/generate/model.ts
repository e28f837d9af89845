import type { DecoderConfig } from '../model/config.ts';
import type { Device } from '../runtime/backend.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import type { Session, SessionOptions } from '../session/session.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { ConversionOptions, ConversionStore } from './conversion.ts';
import type { DeviceRecords } from './deviceRecords.ts';
import type { Precision } from './lowering.ts';
import type { MemoryEstimate } from './memory.ts';

export interface LoadOptions extends ConversionOptions {
  readonly device: 'auto' | Device;
  /** Threads of one run. */
  readonly threads: number;
  /** How weights are stored and multiplied; the device's best unless told. */
  readonly precision?: Precision;
  /** Maximum tokens of context to make room for; never more than the model was trained on, which is also what 0 means. */
  readonly window?: number;
  /** Bytes of memory that may be taken; no limit unless told. */
  readonly memory?: number;
  /** Whether to open with the largest window that fits where the requested one does not; else that is an error. */
  readonly shrinks?: boolean;
  /** Where converted weights are kept; in memory only unless told. */
  readonly conversions?: ConversionStore;
  /** How models ran on this machine's devices; with it `auto` measures once and takes the fastest, without it never takes a GPU. */
  readonly records?: DeviceRecords;
  /** Called when a GPU was lost and the model continues, with how it now runs. */
  readonly onDeviceChange?: (device: Device, note: string) => void;
  /** Where a page finds onnxruntime's WebAssembly files; beside its script unless told. */
  readonly wasmFolder?: string;
  /** Awaited after conversion, just before the weights are loaded: the moment to free what another model holds. */
  readonly beforeLoading?: () => Promise<void>;
}

/** What every model has, whatever runs it. */
export type ModelConfig = Pick<
  DecoderConfig,
  'family' | 'vocabularySize' | 'contextLength' | 'layers' | 'bosTokenId' | 'eosTokenIds'
> & {
  /** Absent if a graph does not tell. */
  readonly hiddenSize?: number;
  /** Absent if they are fixed in a graph. */
  readonly positions?: DecoderConfig['positions'];
  /** Of an encoder–decoder: the token that ends the input and begins the answer, see InputAnswerRuntime. */
  readonly answerStart?: number;
};

/** A model in memory, ready to run: tokens in, logits out. Sessions over it share its weights. */
export interface Decoder {
  readonly config: ModelConfig;
  readonly runtime: ModelRuntime;
  readonly parameters: number;
  /** Tokens of context there is room for. */
  readonly window: number;
  /** Memory with one timeline of so many tokens. */
  memory(window: number): MemoryEstimate;
  readonly device: Device;
  /** Threads of one run. */
  readonly threads: number;
  readonly notes: readonly string[];
  newSession(options?: SessionOptions): Session;
  dispose(): Promise<void>;
}

/** A model with its tokenizer: text in, text out. */
export interface LanguageModel extends Decoder {
  readonly tokenizer: Tokenizer;
  /** Every token that ends a text: the model's end tokens and all other control tokens. */
  readonly stopTokens: ReadonlySet<number>;
}

/** A model on disk whose configuration was read and whose weights were not. */
export interface OpenedModel {
  readonly path: string;
  readonly format: 'GGUF' | 'safetensors' | 'ONNX';
  readonly config: ModelConfig;
  readonly parameters: number;
  /** How many tensors are stored in each way. */
  readonly storedAs: Readonly<Record<string, number>>;
  /** Bytes of the files with its weights. */
  readonly fileBytes: number;
  /** The file's own metadata. */
  readonly name?: string;
  readonly licence?: string;
  /** @throws PaddockError `bad-model`, `unsupported-model` */
  tokenizer(): Promise<Tokenizer>;
  /** On the native CPU. */
  memory(window: number): Promise<MemoryEstimate>;
  /** As ModelDescription has it. */
  roundingError(): Promise<number | undefined>;
  /** @throws PaddockError `not-enough-memory`, `runtime`, `cancelled`; nothing stays loaded */
  load(options: LoadOptions): Promise<Decoder>;
  close(): Promise<void>;
}
