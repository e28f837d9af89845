import { freshLogits, openFolder } from '../support/engine.ts';
import { LlamaCppModel } from '../support/llamaCpp.ts';
import { llamaCppTokenizer } from '../support/tokenizers.ts';
import { relativeError } from './compare.ts';
import { greedy } from './greedy.ts';

/**
 * If an odd number of line breaks, three or more, comes before an indentation, the default model's line-break tokens overlap: llama.cpp
 * takes the longest wherever it is, while training and engine take the longest at the first place.
 */
const OVERLAPPING = /(?<!\n)(\n\n)+\n(?=\t| {2})/;

/** A model's folder and a GGUF file of it: one in the engine with float32 activations, the other in llama.cpp. */
export interface Agreement {
  readonly texts: number;
  /** Number of texts with {@link OVERLAPPING}, and of those with the same tokens. */
  readonly overlapping: number;
  readonly overlappingWithSameTokens: number;
  /** Other texts with different tokens. */
  readonly differentTokens: readonly string[];
  /** Number of texts with the same tokens from the GGUF file as from the folder, both in the engine. */
  readonly sameFromGguf: number;
  readonly prompts: number;
  readonly sameContinuations: number;
  /** The worst error of the logits of the prompts' last tokens. */
  readonly relativeError: number;
  /** Whether the engine finds the fill-in-the-middle tokens in both. */
  readonly infill: boolean;
}

/** @param count number of tokens by which each prompt is continued */
export async function agreement(
  folder: string,
  gguf: string,
  texts: readonly string[],
  prompts: readonly string[],
  count: number,
): Promise<Agreement> {
  const engine = await openFolder(folder, { precision: 'float32' });
  const fromGguf = await openFolder(gguf, { precision: 'float32' });
  const words = await llamaCppTokenizer(gguf);
  const peer = await LlamaCppModel.open(gguf, engine.config.contextLength);
  const { tokenizer } = engine;
  const same = (text: string) => String(tokenizer.encode(text)) === String(words.encode(text));
  const overlapping = texts.filter((text) => OVERLAPPING.test(text));
  let [sameContinuations, worst] = [0, 0];
  for (const prompt of prompts) {
    const ids = [tokenizer.bos ?? 0, ...tokenizer.encode(prompt)];
    const ours = await greedy(engine.runtime, ids, count);
    const theirs = await peer.greedy(ids, count);
    if (String(ours) === String(theirs)) sameContinuations++;
    worst = Math.max(worst, relativeError(await peer.logits(ids), await freshLogits(engine, ids)));
  }
  const infill = tokenizer.infill !== undefined && String(Object.values(tokenizer.infill));
  const result = {
    texts: texts.length,
    overlapping: overlapping.length,
    overlappingWithSameTokens: overlapping.filter(same).length,
    differentTokens: texts.filter((text) => !OVERLAPPING.test(text) && !same(text)),
    sameFromGguf: texts.filter((text) => String(fromGguf.tokenizer.encode(text)) === String(tokenizer.encode(text))).length,
    prompts: prompts.length,
    sameContinuations,
    relativeError: worst,
    infill: infill !== false && infill === String(Object.values(fromGguf.tokenizer.infill ?? {})),
  };
  await Promise.all([words.dispose(), peer.dispose(), engine.dispose(), fromGguf.dispose()]);
  return result;
}
