import { commonConfig, type Family, GGUF_NEIGHBOURS, type GgufFamily, LLAMA_SPELLING } from './family.ts';
import { rotary, type Scaling, type Structure, structure } from './structure.ts';

/** Llama with rotary frequencies scaled in a way that config.json can express. */
function scaled(
  name: string,
  scaling: Scaling,
  ropeScaling: object,
  gguf?: Partial<GgufFamily>,
  differences: Partial<Structure> = {},
): Family {
  const shape = structure({ positions: rotary(16, { scaling }), ...differences });
  return {
    name: `Llama, ${name}`,
    structure: shape,
    config: { ...commonConfig('llama', 'LlamaForCausalLM', shape), rope_scaling: ropeScaling },
    huggingFace: LLAMA_SPELLING,
    ...(gguf ? { gguf: { architecture: 'llama', spelling: GGUF_NEIGHBOURS, ...gguf } } : {}),
  };
}

export const SCALED: readonly Family[] = [
  scaled(
    'linear scaling',
    { type: 'linear', factor: 4 },
    { type: 'linear', factor: 4 },
    { metadata: { 'rope.scaling.type': 'linear', 'rope.scaling.factor': { float: 4 } } },
  ),
  scaled(
    'YaRN',
    { type: 'yarn', factor: 4, original: 64, fast: 32, slow: 1 },
    { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64 },
    {
      metadata: {
        'rope.scaling.type': 'yarn',
        'rope.scaling.factor': { float: 4 },
        'rope.scaling.original_context_length': 64,
      },
    },
  ),
  // The frequencies depend on the current length of the context beyond the trained one, which llama.cpp does not support.
  scaled('dynamic NTK', { type: 'dynamic', factor: 4.5, original: 64 }, { type: 'dynamic', factor: 4.5 }, undefined, {
    context: 64,
  }),
];
