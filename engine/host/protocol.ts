import { NotificationType, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ErrorCode } from '../errors.ts';

/** Every message between the extension and the engine process, over `vscode-jsonrpc`. Both sides must be of one version. */
export const PROTOCOL_VERSION = 1;

/** Where the model runs: the native CPU library, WebAssembly, or the first of these that is there. */
export type Device = 'auto' | 'cpu' | 'wasm';

export interface OpenModelParams {
  /** Absolute path of the model folder. */
  readonly folder: string;
  readonly device: Device;
  /** Threads of one run; 0 leaves the choice to the engine. */
  readonly threads: number;
}

export interface ModelInfo {
  readonly folder: string;
  /** The folder's last name, for display. */
  readonly name: string;
  readonly parameters: number;
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Bytes of the weights as they lie in the runtime. */
  readonly weightBytes: number;
  readonly device: Exclude<Device, 'auto'>;
  readonly threads: number;
  /** Whether the model has fill-in-the-middle tokens; without them only the text before the cursor counts. */
  readonly fillInTheMiddle: boolean;
  readonly loadMs: number;
  /** Why a wished device was not taken, in words for the log. */
  readonly notes: readonly string[];
}

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

export interface CompleteParams {
  /** The whole text before the cursor; the engine cuts it to its window. */
  readonly prefix: string;
  /** The whole text after the cursor. */
  readonly suffix: string;
  /** Path relative to the workspace, with `/`; told to the model. */
  readonly path: string;
  readonly maxTokens: number;
  /** Whether the answer may go past the first line. */
  readonly multiline: boolean;
  /** Greedy when absent. */
  readonly sampling?: Sampling;
}

export interface GenerationStats {
  readonly promptTokens: number;
  /** Prompt tokens whose keys and values were still in the cache. */
  readonly reusedTokens: number;
  readonly generatedTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

export interface CompleteResult {
  readonly text: string;
  /** `stop`: the model or a stop rule ended it; `length`: maxTokens ended it. */
  readonly finish: 'stop' | 'length';
  /** Geometric mean of the probabilities of the generated tokens, 0–1. */
  readonly confidence: number;
  readonly stats: GenerationStats;
}

/** What travels as `data` of a JSON-RPC error, so that the code survives. */
export interface ErrorData {
  readonly code: ErrorCode;
}

/** First message: the engine answers with its version, or the client stops it. */
export const Hello = new RequestType0<{ readonly version: number; readonly pid: number }, ErrorData>('paddock/hello');

/** Opens a model in place of the one that is open. On failure nothing is open. */
export const OpenModel = new RequestType<OpenModelParams, ModelInfo, ErrorData>('paddock/openModel');

/** Completes code at a cursor. Cancellation takes effect within one decode step or one prefill chunk. */
export const Complete = new RequestType<CompleteParams & { readonly progressToken: string }, CompleteResult, ErrorData>(
  'paddock/complete',
);

/** Text of a running completion, piece by piece. */
export const CompletionText = new ProgressType<string>();

/** A line for the log of the extension. */
export const Log = new NotificationType<{ readonly level: 'info' | 'warn' | 'error'; readonly message: string }>('paddock/log');
