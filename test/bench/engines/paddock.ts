import { generate } from '../../../engine/generate/generate.ts';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { Decoder } from '../../../engine/generate/model.ts';
import { PromptLookup } from '../../../engine/generate/promptLookup.ts';
import { Speculation } from '../../../engine/generate/speculation.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import { FolderConversions } from '../../../engine/storage/conversions.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import type { Loaded, LoadJob } from '../measure.ts';

/** The model as the engine process opens it: converted weights are kept in a folder and mapped from there. */
export async function openPaddock({ path, threads, window, conversions }: LoadJob): Promise<Decoder> {
  const store = new FolderConversions(conversions);
  return loadDecoder(await openNodeModel(path), { device: 'cpu', threads, window, conversions: store });
}

/** Paddock's engine, called as its completions call it: session, sampler, the device's own choice of formats. */
export async function loadPaddock(job: LoadJob): Promise<Loaded> {
  const model = await openPaddock(job);
  const session = model.newSession();
  let [drafted, accepted] = [0, 0];
  return {
    // The extension, too, has one session for each model, which keeps its memory from prompt to prompt.
    async reset() {
      session.rewind(session.tokens.length);
    },
    async extend(tokens, count) {
      const speculation = job.engine === 'paddock + look-up' ? new Speculation(new PromptLookup()) : undefined;
      const options = { maxTokens: count, sampling: GREEDY, stopTokens: new Set<number>(), speculation };
      const generated: number[] = [];
      const started = performance.now();
      let first = 0;
      for await (const { token } of generate(session, [...session.tokens, ...tokens], options)) {
        first ||= performance.now();
        generated.push(token);
      }
      const ended = performance.now();
      drafted += speculation?.drafted ?? 0;
      accepted += speculation?.accepted ?? 0;
      return { tokens: generated, firstMs: first - started, restMs: ended - first };
    },
    drafts: () => ({ drafted, accepted }),
  };
}
