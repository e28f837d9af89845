import { Names } from '../../graph/names.ts';
import type { EncoderDecoderConfig } from '../../model/encoderDecoder.ts';
import { DistanceBiases } from '../distanceBiases.ts';
import type { HeadBias } from '../masks.ts';
import type { ModelRuntime } from '../modelRuntime.ts';
import type { Ort, Tensor } from '../ort.ts';
import type { RunQueue } from '../runQueue.ts';
import type { GpuCache } from './gpuCache.ts';
import type { GpuDecoderRuntime } from './gpuDecoderRuntime.ts';

/**
 * The decoder of an encoder–decoder over one input, on a GPU: all inputs share the loaded decoder, and each has caches of its own.
 * Disposing it forgets the input only.
 * @param table learned biases of distances, `[buckets, heads]`
 * @param cross keys and values of the input for each layer, on the GPU, by the names that the graph has for them
 */
export function gpuAnswerRuntime(
  config: EncoderDecoderConfig,
  table: Float32Array,
  { Tensor }: Ort,
  decoder: GpuDecoderRuntime,
  queue: RunQueue,
  cross: Readonly<Record<string, Tensor>>,
): ModelRuntime {
  const { heads } = config;
  const biases = new DistanceBiases(config, table, 'backwards');
  const maskOf = (tokens: number, past: number) => {
    const mask = answerMask(heads, tokens, past, (head, distance) => biases.of(head, distance));
    return new Tensor('float32', mask, [1, heads, tokens, past + tokens]);
  };
  const { vocabularySize, contextLength, cacheBytesPerToken } = decoder;
  return {
    ...{ vocabularySize, contextLength, cacheBytesPerToken, canBranch: false, canDiscard: false },
    newCache: (options) => decoder.newCache(options, (tokens, past) => ({ ...cross, [Names.mask]: maskOf(tokens, past) })),
    run: (batch, cache: GpuCache) => decoder.run(batch, cache),
    runTop: (batch, cache: GpuCache, count) => decoder.runTop(batch, cache, count),
    dispose: () =>
      queue.enqueue(async () => {
        for (const tensor of Object.values(cross)) tensor.dispose();
      }),
  };
}

/** Biases `[heads, tokens, past + tokens]`; what follows a token is hidden by the kernel itself. */
function answerMask(heads: number, tokens: number, past: number, bias: HeadBias): Float32Array {
  const total = past + tokens;
  const mask = new Float32Array(heads * tokens * total);
  for (let head = 0; head < heads; head++) {
    // A row is a view into the biases of all distances, from 1 − total on.
    const biases = Float32Array.from({ length: total + tokens - 1 }, (_, i) => bias(head, Math.min(0, i + 1 - total)));
    for (let token = 0; token < tokens; token++) {
      const start = tokens - 1 - token;
      mask.set(biases.subarray(start, start + total), (head * tokens + token) * total);
    }
  }
  return mask;
}
