import type { Token } from 'node-llama-cpp';
import { llamaCpp } from '../../support/llamaCpp.ts';
import type { Loaded, LoadJob } from '../measure.ts';

/** llama.cpp with node-llama-cpp's own defaults (float16 cache, flash attention where it helps), but for the threads. */
export async function loadLlamaCpp({ path, threads, window }: LoadJob): Promise<Loaded> {
  const loaded = await (await llamaCpp()).loadModel({ modelPath: path, gpuLayers: 0 });
  const context = await loaded.createContext({ contextSize: window, batchSize: 512, threads });
  const sequence = context.getSequence();

  const next = async (tokens: readonly number[]): Promise<Token> => {
    const input = tokens as Token[];
    const outputs = await sequence.controlledEvaluate(
      [...input.slice(0, -1), [input.at(-1) as Token, { generateNext: { token: true } }]],
      {},
    );
    return outputs.at(-1)?.next.token as Token;
  };
  return {
    reset: () => sequence.clearHistory(),
    async extend(tokens, generate) {
      const started = performance.now();
      const token = await next(tokens);
      const first = performance.now();
      const generated: number[] = [token];
      if (generate > 1) {
        for await (const token of sequence.evaluate([generated[0] as Token], { temperature: 0, yieldEogToken: true })) {
          if (generated.push(token) >= generate) break;
        }
      }
      return { tokens: generated, firstMs: first - started, restMs: performance.now() - first };
    },
  };
}
