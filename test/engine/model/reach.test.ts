import { describe, expect, it } from 'vitest';
import type { RopeScaling } from '../../../engine/model/config.ts';
import { reachOf, stretchedLength } from '../../../engine/model/reach.ts';
import { scalingOf } from '../../../engine/model/scalings.ts';

const reach = (scaling: RopeScaling, contextLength = 4_096) =>
  reachOf({ contextLength, positions: { kind: 'rotary', base: 1e4, size: 64, layersWithout: new Set(), scaling } });

describe('how far a model reads', () => {
  it('is the trained context where the model has no scaling of its own', () => {
    expect(reach({ kind: 'none' })).toEqual({ own: 4_096, unscaled: 4_096 });
    expect(reachOf({ contextLength: 512, positions: { kind: 'alibi' } })).toEqual({ own: 512, unscaled: 512 });
    expect(reachOf({ contextLength: 512 })).toEqual({ own: 512, unscaled: 512 });
  });

  it("is stretched by the model's own scaling", () => {
    // Vicuna 7B v1.5 16k, Qwen2.5 with the scaling of its card, Llama 3.1, Phi-3 mini 128k.
    expect(reach({ kind: 'linear', factor: 4 })).toEqual({ own: 16_384, unscaled: 4_096 });
    expect(reach({ kind: 'linear', factor: 4, original: 1_024 })).toEqual({ own: 4_096, unscaled: 1_024 });
    expect(reach(scalingOf('yarn', 4, 32_768), 32_768)).toEqual({ own: 131_072, unscaled: 32_768 });
    const llama = { factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, original: 8_192 };
    expect(reach({ kind: 'llama3', ...llama }, 131_072)).toEqual({ own: 131_072, unscaled: 8_192 });
    const phi = { short: [1], long: [2], original: 4_096, attentionFactor: 1 };
    expect(reach({ kind: 'longrope', ...phi }, 131_072)).toEqual({ own: 131_072, unscaled: 4_096 });
  });

  it('is unknown, without its own scaling, where the files give only divisors', () => {
    const unknown = reach({ kind: 'divisors', divisors: [1] }, 131_072);
    expect(unknown).toEqual({ own: 131_072, unscaled: 0 });
    expect(stretchedLength({ contextLength: 131_072, reach: unknown })).toBe(131_072);
  });
});
