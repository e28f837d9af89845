import type { DecoderConfig } from '../model/config.ts';
import type { RoleWeights } from '../model/roles.ts';
import type { RoundedMatrix, WeightWriter } from './linear.ts';
import type { Value } from './onnx.ts';
import type { Accuracy, Kernels, Operators } from './operators.ts';
import type { WeightFormat } from './quantize.ts';
import type { WeightPlan } from './weightPlan.ts';

/** How a decoder's weights are lowered to one device. Weights stored in blocks keep them, unless a format is float32. */
export interface Lowering {
  /** The matrices of attention and feed-forward. */
  readonly linear: WeightFormat;
  /** The head, which turns the last hidden state into logits. */
  readonly head: WeightFormat;
  readonly embedding: WeightFormat;
  readonly accuracy: Accuracy;
  /** Whose kernels the graph is for; the CPU's unless told. */
  readonly kernels?: Kernels;
  /** Activations, keys and values in float16; float32 unless told. */
  readonly halfPrecision?: boolean;
  /**
   * Where the attention stands that is faster for many tokens than the plain one, on the CPU: in a graph of its own, which has the weights
   * once more, in the form that is fastest for many, or beside the plain one, with a choice in each layer. There is none unless told, nor
   * where it cannot compute a model.
   */
  readonly prefill?: 'own graph' | 'same graph';
}

/**
 * Graphs of a decoder. After each layer they do with the residual stream: nothing; change it by inputs; or output it. They have the same
 * weights in the same places, but for `prefill`: it does what the plain one does, with another attention, see {@link Lowering.prefill}, and
 * in fast precision with 4-bit levels unpacked to bytes, which takes a twelfth less time.
 */
export type GraphKind = 'plain' | 'prefill' | 'steered' | 'observed';

export interface DecoderGraph {
  /** The serialised model, without its large weights. */
  readonly model: Uint8Array;
  readonly weights: WeightPlan;
  /** Matrices that are rounded to fewer bits than the file has. */
  readonly rounded: readonly RoundedMatrix[];
}

/** What all parts of a decoder graph are built with. */
export interface Building {
  readonly config: DecoderConfig;
  readonly weights: RoleWeights;
  readonly lowering: Lowering;
  readonly op: Operators;
  readonly writer: WeightWriter;
  readonly kind: GraphKind;
  /** The input that says whether a run has many tokens, in a graph that has attention for few and for many. */
  readonly reading: Value | undefined;
}
