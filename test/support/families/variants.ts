import { commonConfig, type Family, GGUF, GGUF_NEIGHBOURS, LLAMA_SPELLING } from './family.ts';
import { OLDER } from './older.ts';
import { phi3 } from './others.ts';
import { structure } from './structure.ts';

/** Known families with options that most of their models do not use. */
const BIASED = structure({ biases: { queryKeyValue: true, output: true, feedForward: true } });

const UPPER_WINDOW = structure({
  biases: { queryKeyValue: true, output: false, feedForward: false },
  window: { size: 24, layers: [1] },
});

/** The family as checkpoints of the bare decoder store it: names without their first part. */
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
  phi3(
    'Phi-4-mini (three quarters of a head turn)',
    { short: [1, 1.1, 1.2, 1.4, 1.7, 2.2], long: [1.1, 1.5, 3, 6, 12, 25] },
    { tied: true },
    { partial_rotary_factor: 0.75 },
  ),
  ...OLDER.map(bare),
];
