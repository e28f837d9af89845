/** How a model's rotary frequencies are scaled, in the terms of Hugging Face's `rope_scaling`. */
export type Scaling =
  | { readonly type: 'linear'; readonly factor: number }
  | { readonly type: 'ntk'; readonly factor: number }
  | { readonly type: 'dynamic'; readonly factor: number; readonly original: number }
  | {
      readonly type: 'yarn';
      readonly factor: number;
      readonly original: number;
      readonly fast: number;
      readonly slow: number;
      /** What cosines and sines are multiplied by; 0.1 · ln(factor) + 1 unless told. */
      readonly attention?: number;
      /** Whether the ends of the ramp stay between two pairs. */
      readonly unrounded?: true;
    }
  | { readonly type: 'llama3'; readonly factor: number; readonly original: number; readonly low: number; readonly high: number }
  | {
      readonly type: 'longrope';
      readonly short: readonly number[];
      readonly long: readonly number[];
      readonly original: number;
      /** Tokens of context the model was extended to; the attention factor follows from it. */
      readonly stretched: number;
    }
  | { readonly type: 'xpos'; readonly scaleBase: number };

export interface Rotary {
  readonly kind: 'rotary';
  readonly base: number;
  /** How many dimensions of a head are rotated. */
  readonly size: number;
  /** Whether neighbours form a pair (2i, 2i + 1); otherwise dimensions half of `size` apart. */
  readonly interleaved: boolean;
  readonly scaling?: Scaling;
  /** Layers with a base of their own, without scaling. */
  readonly local?: { readonly base: number; readonly layers: readonly number[] };
}

/** What a decoder-only family computes, in the terms of its paper. The float64 reference follows it; the engine has its own. */
export interface Structure {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly feedForward: number;
  /** Tokens of context the model was trained on. */
  readonly context: number;
  readonly norm: 'rms' | 'layer';
  readonly epsilon: number;
  /** Whether the outputs of attention and feed-forward are normalised before they are added to the residual stream. */
  readonly postNorms: boolean;
  readonly embeddingNorm: boolean;
  /** Whether each head's query and key have an RMS norm. */
  readonly queryKeyNorms: boolean;
  readonly biases: { readonly queryKeyValue: boolean; readonly output: boolean; readonly feedForward: boolean };
  readonly positions: Rotary | { readonly kind: 'learned'; readonly offset: number } | { readonly kind: 'alibi' };
  /** Layers whose queries and keys are not rotated. */
  readonly layersWithoutRotation: readonly number[];
  readonly activation: 'silu' | 'gelu-tanh' | 'relu';
  readonly gated: boolean;
  readonly experts?: { readonly count: number; readonly used: number } | undefined;
  /** In these layers a token sees only the last `size` tokens, including itself. */
  readonly window?: { readonly size: number; readonly layers: readonly number[] } | undefined;
  /** The factor of attention scores; 1 / √headSize unless the family says otherwise. */
  readonly attentionScale: number;
  readonly attentionSoftcap?: number | undefined;
  readonly logitSoftcap?: number | undefined;
  readonly multipliers: { readonly embedding: number; readonly residual: number; readonly logits: number };
  readonly tied: boolean;
}

/** A small Llama with the most common features; a family gives only its differences. */
export function structure(differences: Partial<Structure> = {}): Structure {
  const headSize = differences.headSize ?? 16;
  return {
    vocabulary: 257,
    hidden: 64,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    headSize,
    feedForward: 96,
    context: 256,
    norm: 'rms',
    epsilon: 1e-5,
    postNorms: false,
    embeddingNorm: false,
    queryKeyNorms: false,
    biases: { queryKeyValue: false, output: false, feedForward: false },
    positions: rotary(headSize),
    layersWithoutRotation: [],
    activation: 'silu',
    gated: true,
    attentionScale: 1 / Math.sqrt(headSize),
    multipliers: { embedding: 1, residual: 1, logits: 1 },
    tied: false,
    ...differences,
  };
}

/** Rotary positions over whole heads, halves apart, with base 10 000 by default. */
export function rotary(size: number, differences: Partial<Rotary> = {}): Rotary {
  return { kind: 'rotary', base: 10_000, size, interleaved: false, ...differences };
}
