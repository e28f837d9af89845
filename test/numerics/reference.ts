import { type Llama, tensor } from '../support/llama.ts';

/**
 * Llama (Touvron et al. 2023) in float64, from the formulas, one position at a time. Shares no code with the engine.
 * Slow, and meant to be read: the truth that every faster path is held against.
 */
export class ReferenceLlama {
  readonly #model: Llama;
  /** For each layer, one row `[KV heads · head size]` for each position so far. */
  readonly #keys: Float64Array[][];
  readonly #values: Float64Array[][];

  constructor(model: Llama) {
    this.#model = model;
    this.#keys = Array.from({ length: model.shape.layers }, () => []);
    this.#values = Array.from({ length: model.shape.layers }, () => []);
  }

  /** Logits `[tokens, vocabulary]`, row by row. */
  static logits(model: Llama, tokens: readonly number[]): Float64Array[] {
    const reference = new ReferenceLlama(model);
    return tokens.map((token) => reference.step(token));
  }

  /** Appends a token. @returns its logits `[vocabulary]` */
  step(token: number): Float64Array {
    const { hidden, layers, tied } = this.#model.shape;
    const table = tensor(this.#model, 'model.embed_tokens.weight').data;
    let x = Float64Array.from(table.subarray(token * hidden, (token + 1) * hidden));
    for (let layer = 0; layer < layers; layer++) {
      const prefix = `model.layers.${layer}`;
      x = add(x, this.#attention(layer, this.#norm(`${prefix}.input_layernorm`, x)));
      x = add(x, this.#feedForward(prefix, this.#norm(`${prefix}.post_attention_layernorm`, x)));
    }
    return this.#linear(tied ? 'model.embed_tokens' : 'lm_head', this.#norm('model.norm', x));
  }

  /** y = W x */
  #linear(name: string, x: Float64Array): Float64Array {
    const { shape, data } = tensor(this.#model, `${name}.weight`);
    const [rows, columns] = shape as [number, number];
    const y = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) sum += (data[row * columns + column] as number) * (x[column] as number);
      y[row] = sum;
    }
    return y;
  }

  /** RMSNorm: x / √(mean(x²) + ε) · g */
  #norm(name: string, x: Float64Array): Float64Array {
    const gains = tensor(this.#model, `${name}.weight`).data;
    const meanSquare = x.reduce((sum, value) => sum + value * value, 0) / x.length;
    const scale = 1 / Math.sqrt(meanSquare + this.#model.shape.epsilon);
    return x.map((value, i) => value * scale * (gains[i] as number));
  }

  #attention(layer: number, x: Float64Array): Float64Array {
    const { heads, kvHeads, headSize } = this.#model.shape;
    const prefix = `model.layers.${layer}.self_attn`;
    const keys = this.#keys[layer] as Float64Array[];
    const values = this.#values[layer] as Float64Array[];
    const position = keys.length;
    const queries = this.#rotate(this.#linear(`${prefix}.q_proj`, x), position);
    keys.push(this.#rotate(this.#linear(`${prefix}.k_proj`, x), position));
    values.push(this.#linear(`${prefix}.v_proj`, x));

    const out = new Float64Array(heads * headSize);
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / kvHeads)) * headSize;
      const query = queries.subarray(head * headSize, (head + 1) * headSize);
      const scores = keys.map((key) => dot(query, key.subarray(shared, shared + headSize)) / Math.sqrt(headSize));
      const weights = softmax(scores);
      for (const [at, weight] of weights.entries()) {
        const value = values[at] as Float64Array;
        for (let i = 0; i < headSize; i++) {
          out[head * headSize + i] = (out[head * headSize + i] as number) + weight * (value[shared + i] as number);
        }
      }
    }
    return this.#linear(`${prefix}.o_proj`, out);
  }

  /** Rotary embedding: the pair (i, i + half) of each head turns by position · base^(−2i / head size). */
  #rotate(x: Float64Array, position: number): Float64Array {
    const { headSize, ropeBase } = this.#model.shape;
    const half = headSize / 2;
    const out = new Float64Array(x.length);
    for (let start = 0; start < x.length; start += headSize) {
      for (let i = 0; i < half; i++) {
        const angle = position * ropeBase ** ((-2 * i) / headSize);
        const a = x[start + i] as number;
        const b = x[start + half + i] as number;
        out[start + i] = a * Math.cos(angle) - b * Math.sin(angle);
        out[start + half + i] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    return out;
  }

  /** SwiGLU: W_down (SiLU(W_gate x) · W_up x) */
  #feedForward(prefix: string, x: Float64Array): Float64Array {
    const gate = this.#linear(`${prefix}.mlp.gate_proj`, x);
    const up = this.#linear(`${prefix}.mlp.up_proj`, x);
    const gated = gate.map((value, i) => (value / (1 + Math.exp(-value))) * (up[i] as number));
    return this.#linear(`${prefix}.mlp.down_proj`, gated);
  }
}

function add(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(a, (value, i) => value + (b[i] as number));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
