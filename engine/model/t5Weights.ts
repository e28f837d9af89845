import { PaddockError } from '../errors.ts';
import type { Matrix } from './roles.ts';
import type { WeightSource } from './weights.ts';

/** Hugging Face's names of what a tensor is for, the first that is there; `{}` is the layer. */
const SAFETENSORS = {
  embedding: ['shared', 'encoder.embed_tokens', 'decoder.embed_tokens'],
  head: ['lm_head'],
  'encoder.norm': ['encoder.final_layer_norm'],
  'decoder.norm': ['decoder.final_layer_norm'],
  ...side('encoder', safetensorsLayer('encoder.block.{}.layer', 1)),
  ...side('decoder', {
    ...safetensorsLayer('decoder.block.{}.layer', 2),
    'cross.norm': ['decoder.block.{}.layer.1.layer_norm'],
    'cross.query': ['decoder.block.{}.layer.1.EncDecAttention.q'],
    'cross.key': ['decoder.block.{}.layer.1.EncDecAttention.k'],
    'cross.value': ['decoder.block.{}.layer.1.EncDecAttention.v'],
    'cross.output': ['decoder.block.{}.layer.1.EncDecAttention.o'],
  }),
} satisfies Names;

/** gguf-py's names of the same. */
const GGUF: Names = {
  embedding: ['token_embd'],
  head: ['output'],
  'encoder.norm': ['enc.output_norm'],
  'decoder.norm': ['dec.output_norm'],
  ...side('encoder', ggufLayer('enc.blk.{}.')),
  ...side('decoder', {
    ...ggufLayer('dec.blk.{}.'),
    'cross.norm': ['dec.blk.{}.cross_attn_norm'],
    'cross.query': ['dec.blk.{}.cross_attn_q'],
    'cross.key': ['dec.blk.{}.cross_attn_k'],
    'cross.value': ['dec.blk.{}.cross_attn_v'],
    'cross.output': ['dec.blk.{}.cross_attn_o'],
  }),
};

type Names = Readonly<Record<string, readonly string[]>>;

/** What a tensor is for: `embedding`, `encoder.attention.query`, … */
export type T5Role = keyof typeof SAFETENSORS;

/** A T5 model's tensors by what they are for, whatever the file calls them. */
export class T5Weights {
  readonly source: WeightSource;
  readonly #names: Names;

  constructor(source: WeightSource, format: 'safetensors' | 'GGUF') {
    this.source = source;
    this.#names = format === 'GGUF' ? GGUF : SAFETENSORS;
  }

  has(role: T5Role, layer = 0): boolean {
    return this.#find(role, layer) !== undefined;
  }

  /** A matrix of the model. @throws PaddockError `bad-model` when it is missing or of another shape */
  matrix(role: T5Role, rows: number, columns: number, layer = 0): Matrix {
    const name = this.#check(role, layer, [rows, columns]);
    const { source } = this;
    return {
      rows,
      columns,
      storedAs: source.storedAs(name),
      read: (range) => source.read(name, range),
      blocks: (range) => source.blocks(name, range),
      blockForm: () => source.blockForm(name),
    };
  }

  /** A small tensor of the model, row-major. @throws PaddockError as {@link matrix} */
  values(role: T5Role, shape: readonly number[], layer = 0): Promise<Float32Array> {
    return this.source.read(this.#check(role, layer, shape));
  }

  #find(role: T5Role, layer: number): string | undefined {
    const names = this.#names[role]?.map((template) => `${template.replace('{}', String(layer))}.weight`);
    return names?.find((name) => this.source.has(name));
  }

  #check(role: T5Role, layer: number, shape: readonly number[]): string {
    const name = this.#find(role, layer);
    const damaged = (why: string) => new PaddockError('bad-model', `${this.source.path} ${why}. Copy or download it again.`);
    if (name === undefined) throw damaged(`has no tensor for ${role} of layer ${layer}, which a T5 model needs`);
    const found = this.source.shape(name);
    if (found.length === shape.length && found.every((size, i) => size === shape[i])) return name;
    throw damaged(`: "${name}" is [${found}], the configuration makes it [${shape}]`);
  }
}

/** @param fed which part of the layer is the feed-forward; self-attention is the first */
function safetensorsLayer(at: string, fed: 1 | 2) {
  return {
    'attention.norm': [`${at}.0.layer_norm`],
    'attention.query': [`${at}.0.SelfAttention.q`],
    'attention.key': [`${at}.0.SelfAttention.k`],
    'attention.value': [`${at}.0.SelfAttention.v`],
    'attention.output': [`${at}.0.SelfAttention.o`],
    distances: [`${at}.0.SelfAttention.relative_attention_bias`],
    'feedForward.norm': [`${at}.${fed}.layer_norm`],
    'feedForward.gate': [`${at}.${fed}.DenseReluDense.wi_0`],
    'feedForward.up': [`${at}.${fed}.DenseReluDense.wi_1`, `${at}.${fed}.DenseReluDense.wi`],
    'feedForward.down': [`${at}.${fed}.DenseReluDense.wo`],
  };
}

function ggufLayer(at: string) {
  return {
    'attention.norm': [`${at}attn_norm`],
    'attention.query': [`${at}attn_q`],
    'attention.key': [`${at}attn_k`],
    'attention.value': [`${at}attn_v`],
    'attention.output': [`${at}attn_o`],
    distances: [`${at}attn_rel_b`],
    'feedForward.norm': [`${at}ffn_norm`],
    'feedForward.gate': [`${at}ffn_gate`],
    'feedForward.up': [`${at}ffn_up`],
    'feedForward.down': [`${at}ffn_down`],
  };
}

function side<S extends string, N extends Names>(name: S, names: N): { [K in keyof N & string as `${S}.${K}`]: N[K] } {
  return Object.fromEntries(Object.entries(names).map(([role, value]) => [`${name}.${role}`, value])) as ReturnType<
    typeof side<S, N>
  >;
}
