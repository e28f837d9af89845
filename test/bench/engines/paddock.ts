import { generate } from '../../../engine/generate/generate.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import { openFolder } from '../../support/engine.ts';
import type { Job, Loaded } from '../measure.ts';

/** Paddock's engine, called as its completions call it: session, sampler, the device's own choice of formats. */
export async function loadPaddock({ model, threads }: Job): Promise<Loaded> {
  const opened = await openFolder(model.folder, { device: 'cpu', threads });
  let session = opened.newSession();

  const run = async (prompt: readonly number[], tokens: number) => {
    const started = performance.now();
    let first = 0;
    for await (const _ of generate(session, prompt, { maxTokens: tokens, sampling: GREEDY, stopTokens: new Set() })) {
      if (first === 0) first = performance.now();
    }
    return { firstMs: first - started, restMs: performance.now() - first };
  };
  return {
    generate(prompt, tokens) {
      session = opened.newSession();
      return run(prompt, tokens);
    },
    append: async (prompt, token) => (await run([...prompt, token], 1)).firstMs,
  };
}
