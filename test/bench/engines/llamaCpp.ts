import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { llamaCpp } from '../../support/llamaCpp.ts';
import type { Job, Loaded } from '../measure.ts';

/** llama.cpp with node-llama-cpp's own defaults (float16 cache, flash attention where it helps), but for the threads. */
export async function loadLlamaCpp({ model, threads }: Job): Promise<Loaded> {
  const loaded = await (await llamaCpp()).loadModel({ modelPath: model.gguf, gpuLayers: 0 });
  const context = await loaded.createContext({ contextSize: 1024, batchSize: 512, threads });
  const sequence: LlamaContextSequence = context.getSequence();

  const next = async (tokens: readonly number[]): Promise<Token> => {
    const input = tokens as Token[];
    const outputs = await sequence.controlledEvaluate(
      [...input.slice(0, -1), [input.at(-1) as Token, { generateNext: { token: true } }]],
      {},
    );
    return outputs.at(-1)?.next.token as Token;
  };
  return {
    async generate(prompt, tokens) {
      await sequence.clearHistory();
      const started = performance.now();
      const token = await next(prompt);
      const first = performance.now();
      let count = 1;
      if (count < tokens) {
        for await (const _ of sequence.evaluate([token], { temperature: 0, yieldEogToken: true })) if (++count >= tokens) break;
      }
      return { firstMs: first - started, restMs: performance.now() - first };
    },
    async append(_, token) {
      const started = performance.now();
      await next([token]);
      return performance.now() - started;
    },
  };
}
