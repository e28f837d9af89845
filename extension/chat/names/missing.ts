/** Limits of the search for names, so that a large workspace costs nothing noticeable. */
export interface SearchLimits {
  readonly characters: number;
  readonly ms: number;
}

const LIMITS: SearchLimits = { characters: 64e6, ms: 10_000 };

/**
 * Names that are in none of these texts. It reads on only while there are such names.
 * @returns none if there were too many texts to tell
 */
export async function missingFrom(
  names: readonly string[],
  texts: AsyncIterable<string> | Iterable<string>,
  limits = LIMITS,
): Promise<string[]> {
  const started = performance.now();
  let left = [...names];
  let characters = 0;
  for await (const text of texts) {
    left = left.filter((name) => !mentions(text, name));
    characters += text.length;
    if (left.length === 0 || characters > limits.characters || performance.now() - started > limits.ms) return [];
  }
  return left;
}

/** Whether a text has a name as a word of its own. */
export function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + name.length])) return true;
  }
  return false;
}

function isPart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
