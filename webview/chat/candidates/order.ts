/** The same names with one of them at another place; the names as they are where that is no change. */
export function movedTo(order: readonly string[], id: string, place: number): readonly string[] {
  const from = order.indexOf(id);
  const to = Math.max(0, Math.min(order.length - 1, place));
  if (from < 0 || from === to) return order;
  const rest = order.filter((each) => each !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

/** As much of an answer as a card shows: its first lines that say something, without the fences of code. */
export function previewOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(```|~~~)/.test(line))
    .slice(0, LINES)
    .join('\n');
}

/** Lines of a card, of which the style shows as many as there is room for. */
const LINES = 4;
