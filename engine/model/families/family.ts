import type { DecoderConfig } from '../config.ts';
import type { Fields } from '../fields.ts';

/** What a tensor is for. A layer's roles exist once for each layer, an expert's once for each layer and expert. */
export type Role =
  | 'embedding'
  | 'embedding.norm'
  | 'positions'
  | 'attention.norm'
  | 'attention.query'
  | 'attention.key'
  | 'attention.value'
  | 'attention.queryKeyValue'
  | 'attention.queryNorm'
  | 'attention.keyNorm'
  | 'attention.output'
  | 'attention.after'
  | 'feedForward.norm'
  | 'feedForward.gate'
  | 'feedForward.up'
  | 'feedForward.gateUp'
  | 'feedForward.down'
  | 'feedForward.after'
  | 'router'
  | 'expert.gate'
  | 'expert.up'
  | 'expert.down'
  | 'norm'
  | 'head';

/** How one file format lays out a family's tensors. */
export interface Layout {
  /**
   * Names without `.weight` and `.bias`; `{}` is the layer, `{e}` the expert. An optional role without a tensor in the file is left out
   * of the graph: a bias, a norm after attention, a norm of queries. Experts without `{e}` are stacked in one tensor.
   */
  readonly tensors: Readonly<Partial<Record<Role, string>>>;
  /** Alternative names, in files of earlier converters. */
  readonly earlier?: Readonly<Partial<Record<Role, string>>>;
  /** Which numbers of a head are rotated together: i and i + half, or 2i and 2i + 1. */
  readonly rotaryPairs: 'halves' | 'neighbours';
  /** Rows of a fused query, key and value: all queries first, or query, key and value of one head after the other. */
  readonly fusedRows?: 'stacked' | 'by head';
  /** Roles whose matrices are stored `[columns, rows]`. */
  readonly transposed?: readonly Role[];
  /** Added to every weight of a norm. */
  readonly normOffset?: number;
}

/** The parts of a configuration that depend on a model's own fields; the rest follows from the sizes. */
export type Variation = Partial<Pick<DecoderConfig, 'multipliers' | 'logitsSoftcap'>> & {
  readonly attention?: Partial<DecoderConfig['attention']>;
  readonly experts?: DecoderConfig['feedForward']['experts'];
  readonly rotary?: {
    readonly base?: number;
    /** Part of a head that is rotated. */
    readonly share?: number;
    readonly layersWithout?: ReadonlySet<number>;
    readonly local?: { readonly base: number; readonly layers: ReadonlySet<number> };
  };
};

/** Sizes that every family has, for {@link Family.vary}. */
export type Sizes = Pick<DecoderConfig, 'hiddenSize' | 'layers' | 'heads' | 'headSize'>;

/** A family of decoders, described. CONTRIBUTING.md shows how to add one. */
export interface Family {
  /** For people. */
  readonly name: string;
  /** `model_type` in a config.json. */
  readonly modelTypes: readonly string[];
  /** `general.architecture` in a GGUF file. */
  readonly architectures: readonly string[];
  /** Names in config.json's `architectures` that models which write text have, besides those that say so, such as `…ForCausalLM`. */
  readonly classes?: readonly string[];
  /** Fields that published config.json files leave out, with what Transformers takes for them. */
  readonly omitted?: Readonly<Record<string, number>>;
  readonly norm: 'rms' | 'layer';
  readonly positions: 'rotary' | 'alibi' | { readonly learnedFrom: number };
  /** Whether the context length in its files is that after linear scaling, not before. */
  readonly statesStretched?: boolean;
  readonly activation: DecoderConfig['feedForward']['activation'];
  /** Whether the feed-forward is activation(gate) · up. */
  readonly gated: boolean;
  /** KV heads of a model that does not say; one for each head unless told. */
  readonly kvHeads?: number;
  /** Whether the head is the embedding table unless the model says otherwise. */
  readonly tied?: boolean;
  readonly safetensors: Layout;
  readonly gguf: Layout;
  readonly vary?: (fields: Fields, sizes: Sizes) => Variation;
}
