import { useEffect } from 'preact/hooks';
import type { Doubt } from '../../protocol/chatMessages.ts';
import { drawnDoubts } from '../markdown/places.ts';

/** Parts of an answer that are not its own text: the bar above code, and placeholders of pictures. */
const APART = 'figcaption, .picture';

/** A part of the text of an element. */
interface Part {
  readonly node: Text;
  /** Where in the text it begins. */
  readonly from: number;
}

/**
 * Shades what the model was unsure of. The shades are painted over the text without changing it: it is copied and read out as usual, and
 * a growing answer costs nothing more.
 */
export function useShading(root: { readonly current: HTMLElement | null }, source: string, doubts: readonly Doubt[]): void {
  useEffect(() => {
    if (!root.current || doubts.length === 0) return;
    const ranges = rangesOf(root.current, source, doubts);
    for (const { level, range } of ranges) paintOf(level).add(range);
    return () => {
      for (const { level, range } of ranges) paintOf(level).delete(range);
    };
  });
}

/** The shades of a level, in all answers. */
function paintOf(level: Doubt['level']): Highlight {
  const name = `doubt-${level}`;
  const paint = CSS.highlights.get(name) ?? new Highlight();
  CSS.highlights.set(name, paint);
  return paint;
}

function rangesOf(root: HTMLElement, source: string, doubts: readonly Doubt[]): { level: Doubt['level']; range: Range }[] {
  const { drawn, doubts: found } = drawnDoubts(source, doubts);
  const parts = partsOf(root);
  const last = parts.at(-1);
  // Otherwise the rendered text differs from the source: no shade is better than one in the wrong place.
  if (!last || last.from + last.node.length !== drawn.length) return [];
  let index = 0;
  return found.flatMap(({ from, to, level }) => {
    while (index + 1 < parts.length && (parts[index + 1] as Part).from <= from) index++;
    let end = index;
    while (end + 1 < parts.length && (parts[end + 1] as Part).from < to) end++;
    const [first, final] = [parts[index] as Part, parts[end] as Part];
    const range = document.createRange();
    range.setStart(first.node, from - first.from);
    range.setEnd(final.node, to - final.from);
    return [{ level, range }];
  });
}

function partsOf(root: HTMLElement): Part[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node instanceof Element && node.matches(APART) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const parts: Part[] = [];
  let from = 0;
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    if (!(node instanceof Text)) continue;
    parts.push({ node, from });
    from += node.length;
  }
  return parts;
}
