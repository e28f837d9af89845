import { type Llama, type LlamaShape, randomLlama, TINY, tensor } from './llama.ts';
import { fastNormal, Random } from './random.ts';

/** Tokens below this number make a prompt one that is refused. */
const TRIGGERS = 40;
/** The token that refusals begin with. */
export const REFUSAL = 250;
/** The tokens at the end of every prompt. */
const END = [251, 252, 253];

const SHAPE: LlamaShape = { ...TINY, layers: 6 };

/**
 * A small random model with a known refusal direction. The embeddings of some tokens mark them, the second layer's attention writes the
 * direction wherever it sees such a token, and the head turns it into the first token of a refusal. Nothing else writes along the
 * direction.
 */
export function plantedModel(seed: number): { readonly model: Llama; readonly direction: Float32Array } {
  const model = randomLlama(SHAPE, seed, 0.35);
  const { hidden, headSize, heads } = SHAPE;
  const [sign, direction] = [unit(seed + 1, hidden), unit(seed + 2, hidden)];
  const embedding = tensor(model, 'model.embed_tokens.weight').data;
  for (let token = 0; token < SHAPE.vocabulary; token++) {
    const row = embedding.subarray(token * hidden, (token + 1) * hidden);
    for (const planted of [sign, direction]) add(row, planted, -dot(row, planted));
    if (token < TRIGGERS) add(row, sign, 1.5);
  }
  for (let layer = 0; layer < SHAPE.layers; layer++) {
    for (const name of ['self_attn.o_proj', 'mlp.down_proj']) {
      const matrix = tensor(model, `model.layers.${layer}.${name}.weight`).data;
      for (const planted of [sign, direction]) withoutOutput(matrix, planted);
    }
  }
  // The norm before the attention scales each number; this undoes it.
  const norm = tensor(model, 'model.layers.1.input_layernorm.weight').data;
  const value = tensor(model, 'model.layers.1.self_attn.v_proj.weight').data;
  value.set(
    sign.map((part, i) => part / (norm[i] as number)),
    0,
  );
  const output = tensor(model, 'model.layers.1.self_attn.o_proj.weight').data;
  for (let i = 0; i < hidden; i++) {
    output[i * heads * headSize] = 1.5 * (direction[i] as number);
  }
  tensor(model, 'lm_head.weight').data.set(
    direction.map((value) => 1.3 * value),
    REFUSAL * hidden,
  );
  return { model, direction };
}

/** Random prompts, with or without tokens that cause refusal, all with the same end. */
export function plantedPrompts(count: number, areRefused: boolean, seed: number): number[][] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 8 + random.below(6) }, () => TRIGGERS + random.below(200));
    if (areRefused) for (let i = 0; i < words.length; i += 2) words[i] = random.below(TRIGGERS);
    return [...words, ...END];
  });
}

function unit(seed: number, size: number): Float32Array {
  const values = fastNormal(size, 1, seed);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** a += factor · b, in place. */
function add(a: Float32Array, b: Float32Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number);
}

/** Removes a direction from the outputs of a matrix `[hidden, inputs]`, in place. */
function withoutOutput(matrix: Float32Array, direction: Float32Array): void {
  const inputs = matrix.length / direction.length;
  for (let column = 0; column < inputs; column++) {
    const along = direction.reduce((sum, value, i) => sum + value * (matrix[i * inputs + column] as number), 0);
    for (const [i, value] of direction.entries()) {
      const at = i * inputs + column;
      matrix[at] = (matrix[at] as number) - along * value;
    }
  }
}
