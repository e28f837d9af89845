/** Engines that are compared. `paddock + look-up` drafts tokens from what the text repeats, as completions do. */
export type EngineName = 'paddock' | 'paddock + look-up' | 'llama.cpp' | 'transformers.js' | 'plain loop';

/** What an engine loads. */
export interface LoadJob {
  readonly engine: EngineName;
  /** A file or folder in a format that the engine reads. */
  readonly path: string;
  readonly threads: number;
  /** Size of the context window, in tokens. */
  readonly window: number;
  /** Folder of Paddock's converted weights. */
  readonly conversions: string;
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
}

/** What a child process measures. */
export type Job = LoadJob &
  (
    | {
        /** A prompt of growing length, with tokens generated at each length. */
        readonly kind: 'contexts';
        readonly prompt: readonly number[];
        readonly contexts: readonly number[];
        readonly decode: number;
      }
    | {
        /** Continuations of several prompts. */
        readonly kind: 'texts';
        readonly prompts: readonly (readonly number[])[];
        readonly decode: number;
      }
    | {
        /** The time until a model is ready, and until its first token, in a new process. */
        readonly kind: 'opening';
        readonly prompt: readonly number[];
      }
    | {
        /** Decode steps of Paddock, with and without the time spent in onnxruntime. */
        readonly kind: 'steps';
        readonly prompt: readonly number[];
        readonly contexts: readonly number[];
        readonly decode: number;
      }
    | {
        /** Several continuations of one prompt by Paddock, and a single one. */
        readonly kind: 'candidates';
        readonly prompt: readonly number[];
        readonly count: number;
        readonly decode: number;
      }
    | {
        /** Everything between a keystroke and the first text in Paddock, except the editor. */
        readonly kind: 'keystrokes';
        readonly tokens: number;
      }
  );

/** Results by name. Rates in tokens per second, times in ms, memory in bytes. */
export type Measurement = Readonly<Record<string, number>>;

/** A generated text and its times. */
export interface Generated {
  readonly tokens: readonly number[];
  /** From the call to the first token, and from the first to the last token, in ms. */
  readonly firstMs: number;
  readonly restMs: number;
}

/** An engine with a model loaded. */
export interface Loaded {
  /** Empties the cache. */
  reset(): Promise<void>;
  /** Runs tokens after those in the cache, then generates greedily; no token ends it. */
  extend(tokens: readonly number[], generate: number): Promise<Generated>;
  /** Numbers of drafted tokens that were run so far, and of those that were right. */
  drafts?(): { readonly drafted: number; readonly accepted: number };
}
