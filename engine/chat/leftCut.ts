import type { Content, Turn } from './conversation.ts';

/**
 * Cuts as little as possible from the beginning of a turn, of its message first, then of its answer.
 * @param attempt a turn with less in it; undefined where that is still too much
 */
export function cutFromLeft<T>(
  turn: Turn,
  attempt: (turn: Turn) => T | undefined,
): { result: T; characters: number } | undefined {
  const total = charactersOf(turn);
  let [low, high] = [1, total]; // what must go is in (low - 1, high]
  let best: { result: T; characters: number } | undefined;
  while (low <= high) {
    const characters = (low + high) >> 1;
    const result = attempt(without(turn, characters));
    if (result === undefined) low = characters + 1;
    else {
      best = { result, characters };
      high = characters - 1;
    }
  }
  return best;
}

/** Characters of a turn's message, what is attached to it and its answer. */
export function charactersOf({ content, answer = '' }: Turn): number {
  return content.reduce((sum, { text }) => sum + text.length, answer.length);
}

/** The turn without its first characters; parts that are cut entirely are dropped. */
function without({ content, answer }: Turn, characters: number): Turn {
  let left = characters;
  const shorter: Content[] = [];
  for (const part of content) {
    const gone = Math.min(left, part.text.length);
    left -= gone;
    if (gone < part.text.length) shorter.push({ ...part, text: tail(part.text, gone) });
  }
  return { content: shorter, ...(answer !== undefined && { answer: tail(answer, left) }) };
}

/** Never half of a surrogate pair. */
function tail(text: string, from: number): string {
  const code = text.charCodeAt(from);
  return text.slice(code >= 0xdc00 && code <= 0xdfff ? from + 1 : from);
}
