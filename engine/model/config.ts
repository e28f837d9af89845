/** How rotary frequencies are changed for contexts longer than those of training. Factors are ≥ 1, lengths are in tokens. */
export type RopeScaling =
  | { readonly kind: 'none' }
  /**
   * Position interpolation (Chen et al. 2023): positions are divided by the factor. `original` is the length that is stretched where the
   * model's context length is the stretched one.
   */
  | { readonly kind: 'linear'; readonly factor: number; readonly original?: number }
  /** Another base: adjusted base frequency (Xiong et al. 2023). */
  | { readonly kind: 'base'; readonly base: number }
  /** NTK-aware: the base grows with the factor, so that fast frequencies stay as they are. */
  | { readonly kind: 'ntk'; readonly factor: number }
  /** NTK-aware by the length of the window, once it exceeds the original one. */
  | { readonly kind: 'dynamic'; readonly factor: number; readonly original: number }
  /** YaRN (Peng et al. 2023). */
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly original: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Multiplies cosines and sines; 0.1 · ln(factor) + 1 where the model does not say. */
      readonly attentionFactor: number;
      /** Whether the ramp's ends are rounded to whole dimensions. */
      readonly truncate: boolean;
    }
  /** Llama 3.1: slow frequencies are divided by the factor, with a ramp between. */
  | {
      readonly kind: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly original: number;
    }
  /** LongRoPE (Ding et al. 2024): a divisor for each frequency, one list up to the original length and one beyond. */
  | {
      readonly kind: 'longrope';
      readonly short: readonly number[];
      readonly long: readonly number[];
      readonly original: number;
      readonly attentionFactor: number;
    }
  /** A divisor for each frequency, as GGUF files store them. */
  | { readonly kind: 'divisors'; readonly divisors: readonly number[] }
  /** xPos (Sun et al. 2023): queries grow and keys shrink with their position; `scaleBase` is its S. Only for models trained with it. */
  | { readonly kind: 'xpos'; readonly scaleBase: number };

/** How a model tells positions apart. */
export type Positions =
  | {
      readonly kind: 'rotary';
      readonly base: number;
      /** Numbers of a head that are rotated: the head size, or less. */
      readonly size: number;
      readonly scaling: RopeScaling;
      /** Layers that are not rotated (NoPE). */
      readonly layersWithout: ReadonlySet<number>;
      /** Layers that are rotated with a base of their own, which no scaling changes: those that see a window only (Gemma 3). */
      readonly local?: { readonly base: number; readonly layers: ReadonlySet<number> };
    }
  /** A learned vector for each position, added to the embedding; position p has row p + offset of the table. */
  | { readonly kind: 'learned'; readonly offset: number }
  /** Scores fall linearly with distance (Press et al. 2022). */
  | { readonly kind: 'alibi' };

/** What a decoder is made of: sizes from the model's file, structure from its family. */
export interface DecoderConfig {
  /** Name of the family, for people: `Llama`, `Qwen3`. */
  readonly family: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly feedForwardSize: number;
  /** Tokens of context the model was trained on. */
  readonly contextLength: number;
  readonly positions: Positions;
  readonly norm: { readonly kind: 'rms' | 'layer'; readonly epsilon: number };
  readonly attention: {
    /** Scores are multiplied by this: 1 / √(head size) unless the family says otherwise. */
    readonly scale: number;
    /** Scores become softcap · tanh(score / softcap). */
    readonly softcap?: number;
    /** Layers in which a token sees only the last `size` tokens, itself included. */
    readonly window?: { readonly size: number; readonly layers: ReadonlySet<number> };
  };
  readonly feedForward: {
    readonly activation: 'silu' | 'gelu' | 'gelu-tanh' | 'relu';
    /** activation(gate) · up, or just activation(up). */
    readonly gated: boolean;
    /** A router sends each token to `used` of `count` feed-forwards; their weights are a softmax over the chosen ones. */
    readonly experts?: { readonly count: number; readonly used: number };
  };
  /** Factors some families scale activations by; 1 where they do not. `logits` multiplies. */
  readonly multipliers: { readonly embedding: number; readonly residual: number; readonly logits: number };
  readonly logitsSoftcap?: number;
  /** The head is the embedding table. */
  readonly tiedEmbeddings: boolean;
  readonly bosTokenId: number | undefined;
  readonly eosTokenIds: readonly number[];
}
