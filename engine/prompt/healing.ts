import { TokenTexts } from '../sampling/tokenTexts.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

export interface HealedPrompt {
  readonly tokens: readonly number[];
  /** The text of the tokens taken back: the generation must begin with it. Empty when nothing was. */
  readonly healed: string;
}

/**
 * Token healing. A cursor inside a word splits it into tokens that rarely follow each other in training. So the end of the prompt is
 * taken back as far as its text is the beginning of a longer token: the longest such text, of however many tokens. Line breaks and
 * control tokens stay.
 */
export function heal(prompt: readonly number[], tokenizer: Tokenizer): HealedPrompt {
  let found: HealedPrompt = { tokens: prompt, healed: '' };
  const texts = TokenTexts.of(tokenizer.texts);
  let text = '';
  for (let count = 1; count < prompt.length && text.length < texts.longest; count++) {
    const piece = texts.text(prompt[prompt.length - count] as number);
    if (piece === '' || /[\r\n]/.test(piece)) break;
    text = piece + text;
    if (texts.hasLonger(text)) found = { tokens: prompt.slice(0, -count), healed: text };
  }
  return found;
}
