import { commonConfig, type Family, GGUF, GGUF_FUSED, GGUF_NEIGHBOURS, LLAMA_SPELLING } from './family.ts';
import { OLDER } from './older.ts';
import { PHI_SPELLING } from './others.ts';
import { rotary, type Scaling, structure } from './structure.ts';

/** Models of known families that use what most of their siblings leave alone. */
const BIASED = structure({ biases: { queryKeyValue: true, output: true, feedForward: true } });

const UPPER_WINDOW = structure({
  biases: { queryKeyValue: true, output: false, feedForward: false },
  window: { size: 24, layers: [1] },
});

const LONGROPE: Extract<Scaling, { type: 'longrope' }> = {
  type: 'longrope',
  short: [1, 1.1, 1.2, 1.4, 1.7, 2.2],
  long: [1.1, 1.5, 3, 6, 12, 25],
  original: 64,
  stretched: 256,
};
/** Three quarters of a head turn. */
const PHI4_MINI = structure({ tied: true, positions: rotary(12, { scaling: LONGROPE }) });

/** Published checkpoints of the bare decoder: names without their first part. */
function bare(family: Family): Family {
  const { gguf: _, ...rest } = family;
  const names = Object.entries(family.huggingFace.names).map(([key, name]) => [key, name.slice(name.indexOf('.') + 1)]);
  return {
    ...rest,
    name: `${family.name} (names of the bare decoder)`,
    huggingFace: { ...family.huggingFace, names: Object.fromEntries(names) },
  };
}

export const VARIANTS: readonly Family[] = [
  {
    name: 'Llama with biases',
    structure: BIASED,
    config: { ...commonConfig('llama', 'LlamaForCausalLM', BIASED), attention_bias: true, mlp_bias: true },
    huggingFace: LLAMA_SPELLING,
    gguf: { architecture: 'llama', spelling: GGUF_NEIGHBOURS },
  },
  {
    name: 'Qwen2 (window in upper layers)',
    structure: UPPER_WINDOW,
    config: {
      ...commonConfig('qwen2', 'Qwen2ForCausalLM', UPPER_WINDOW),
      use_sliding_window: true,
      sliding_window: 24,
      max_window_layers: 1,
    },
    huggingFace: LLAMA_SPELLING,
    // llama.cpp's converter does not write the window.
    gguf: { architecture: 'qwen2', spelling: GGUF, says: { window: undefined } },
  },
  {
    name: 'Phi-4-mini (three quarters of a head turn)',
    structure: PHI4_MINI,
    config: {
      ...commonConfig('phi3', 'Phi3ForCausalLM', PHI4_MINI),
      sliding_window: null,
      partial_rotary_factor: 0.75,
      original_max_position_embeddings: LONGROPE.original,
      rope_scaling: { type: 'longrope', short_factor: LONGROPE.short, long_factor: LONGROPE.long },
    },
    huggingFace: PHI_SPELLING,
    gguf: {
      architecture: 'phi3',
      spelling: GGUF_FUSED,
      metadata: {
        // No window: llama.cpp's converter writes 0.
        'attention.sliding_window': 0,
        'rope.scaling.original_context_length': LONGROPE.original,
        'rope.scaling.attn_factor': { float: Math.sqrt(1 + Math.log(256 / 64) / Math.log(64)) },
      },
      extras: new Map([
        ['rope_factors_long.weight', { shape: [6], data: Float32Array.from(LONGROPE.long) }],
        ['rope_factors_short.weight', { shape: [6], data: Float32Array.from(LONGROPE.short) }],
      ]),
    },
  },
  ...OLDER.map(bare),
];
