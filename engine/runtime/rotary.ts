import type { DecoderConfig } from '../model/config.ts';

/**
 * Tables of the rotary position embedding (Su et al. 2021): cos(m · θᵢ) and sin(m · θᵢ), θᵢ = base^(−2i / head size).
 * @returns two arrays `[context length, head size / 2]`
 */
export function rotaryTables(config: DecoderConfig): { cos: Float32Array; sin: Float32Array } {
  const half = config.headSize / 2;
  const cos = new Float32Array(config.contextLength * half);
  const sin = new Float32Array(config.contextLength * half);
  for (let i = 0; i < half; i++) {
    // Checkpoints were trained with frequencies rounded to float32; the angle is rounded as they round it.
    const frequency = Math.fround(config.ropeBase ** ((-2 * i) / config.headSize));
    for (let position = 0; position < config.contextLength; position++) {
      const angle = Math.fround(position * frequency);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
