import { distance } from 'fastest-levenshtein';

/**
 * An error of commander without the suggestions that are too far from what was typed: it offers names with three letters wrong of six.
 * @param error such as `error: unknown command 'bogus'\n(Did you mean logits?)`
 */
export function withNearSuggestions(error: string): string {
  const typed = /'(.*)'/.exec(error)?.[1] ?? '';
  return error.replace(/\n\(Did you mean (?:one of )?(.+)\?\)/, (words, names: string) =>
    names.split(', ').some((name) => isNear(typed, name)) ? words : '',
  );
}

/** An error of commander about arguments too many, with what people mean who give a model's path as one. */
export function withModelOption(error: string): string {
  return error.replace(/^error: too many arguments for .*/, (words) => `${words} A model is given as --model <path>.`);
}

/** Whether one may be the other mistyped: two letters wrong at most, or a third of them. */
function isNear(typed: string, name: string): boolean {
  return distance(typed, name) <= Math.max(2, typed.length / 3);
}
