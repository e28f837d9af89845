import type { Stop } from '../sampling/stop.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { escaped, splitAtControls } from './controlNames.ts';
import { LABEL, LONGEST_LABEL, rendered, SIGN } from './markers.ts';
import { variablesOf } from './template.ts';

/**
 * The words with which a template begins the user's next turn, where it writes them before any control token: a model that goes on as the
 * user writes them, too; with any number, where there is one in them. Empty where a control token ends an answer, and for templates without
 * such words.
 * @throws PaddockError `bad-model` for a template that cannot be read
 */
export function wordsOfNextTurn(source: string, tokenizer: Tokenizer): readonly Stop[] {
  const stretches = rendered(source, ['user', 'assistant', 'user'], variablesOf(tokenizer));
  const behind = stretches[stretches.findIndex((stretch) => 'message' in stretch && stretch.message === 1) + 1];
  if (!behind || !('literal' in behind)) return [];
  const [text = ''] = splitAtControls(behind.literal, tokenizer);
  const found = text.split('\n').map((line, i) => wordsIn(line, i === 0));
  return (found.find((words) => words.length > 0) ?? []).map((words) => (/\d/.test(words) ? numbered(words) : words));
}

/** @param isInline whether the line goes on behind the answer's last one */
function wordsIn(line: string, isInline: boolean): string[] {
  const label = line.trim();
  if (label.length > LONGEST_LABEL || !LABEL.test(label)) return signsIn(line);
  if (!isInline) return [`\n${line.trimEnd()}`];
  // With what stands before it, so that it is not found in the middle of a word.
  return label === line.trimEnd() ? [label] : [line.trimEnd(), `\n${label}`];
}

/** The first sign, up to a number, which is another one in each turn (`[Round 2]`). */
function signsIn(line: string): string[] {
  const [sign = ''] = line.match(SIGN) ?? [];
  const [word = ''] = sign.split(/\d/);
  return /\p{L}/u.test(word) ? [word] : [];
}

/** Words in which a number stands that is another one in each turn (`Q2:`). */
function numbered(words: string): Stop {
  const parts = (words.match(/\d+|\D/gu) ?? []).map((part) => (/^\d/.test(part) ? '\\d+' : escaped(part)));
  const begun = parts.reduceRight((rest, part) => (rest === '' ? part : `${part}(?:${rest})?`), '');
  return { pattern: new RegExp(parts.join(''), 'u'), partial: new RegExp(`(?:${begun})$`, 'u') };
}
