import type { LanguageModel } from './model.ts';

/**
 * Tokens of a text as the model was trained to go on with one: behind its start token; of an encoder–decoder the whole input, behind which
 * the answer begins.
 * @param text its tokens, without any control token
 */
export function textPrompt({ tokenizer, config }: LanguageModel, text: readonly number[]): number[] {
  const { answerStart, bosTokenId, eosTokenIds } = config;
  if (answerStart === undefined) return bosTokenId === undefined ? [...text] : [bosTokenId, ...text];
  const [end] = eosTokenIds;
  return [...text, ...(end !== undefined && tokenizer.addEos ? [end] : []), answerStart];
}
