/** Engines that are compared. `paddock + look-up` drafts tokens from what the text repeats, as completions do. */
export type EngineName = 'paddock' | 'paddock + look-up' | 'llama.cpp' | 'transformers.js' | 'plain loop';

/** What an engine is to load. */
export interface LoadJob {
  readonly engine: EngineName;
  /** File or folder, in a format that the engine reads. */
  readonly path: string;
  readonly threads: number;
  /** Tokens of context to make room for. */
  readonly window: number;
  /** Folder of Paddock's converted weights. */
  readonly conversions: string;
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
}

/** What a child process is told to measure. */
export type Job = LoadJob &
  (
    | {
        /** A prompt that grows to some lengths, tokens generated at each. */
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
        /** From nothing to a model that is ready, and to its first token. */
        readonly kind: 'opening';
        readonly prompt: readonly number[];
      }
    | {
        /** Decode steps of Paddock, with and without the time in onnxruntime. */
        readonly kind: 'steps';
        readonly prompt: readonly number[];
        readonly contexts: readonly number[];
        readonly decode: number;
      }
    | {
        /** Several continuations of one prompt by Paddock, and one. */
        readonly kind: 'candidates';
        readonly prompt: readonly number[];
        readonly count: number;
        readonly decode: number;
      }
    | {
        /** Paddock's whole way of a keystroke but the editor. */
        readonly kind: 'keystrokes';
        readonly tokens: number;
      }
  );

/** What comes back: numbers by name. Rates in tokens per second, times in ms, memory in bytes. */
export type Measurement = Readonly<Record<string, number>>;

/** What was generated, and how long it took. */
export interface Generated {
  readonly tokens: readonly number[];
  /** From the call to the first token, and from the first to the last, ms. */
  readonly firstMs: number;
  readonly restMs: number;
}

/** An engine with a model loaded. */
export interface Loaded {
  /** Forgets all tokens. */
  reset(): Promise<void>;
  /** Runs tokens behind those that are there, then generates greedily; no token ends it. */
  extend(tokens: readonly number[], generate: number): Promise<Generated>;
  /** Drafted tokens that were run so far, and those that were right. */
  drafts?(): { readonly drafted: number; readonly accepted: number };
}
