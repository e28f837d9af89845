/** A replacement of a part of a document. Offsets count UTF-16 code units, line breaks as the document has them. */
export interface Replacement {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** A part of a document, from an offset to before another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Where a part of a document is after an edit. Text inserted inside belongs to it, text inserted at its ends does not; text replaced
 * across one of its ends no longer belongs to it. A part that was emptied grows again with what is inserted there, because undo and redo
 * work that way.
 * @param replacements of one edit, all in terms of the document before it, in any order
 */
export function follow(span: Span, replacements: readonly Replacement[]): Span {
  // From the end to the start of the document, so that no replacement moves what the next one speaks of.
  const backwards = replacements.toSorted((a, b) => b.rangeOffset - a.rangeOffset);
  return backwards.reduce(followOne, span);
}

function followOne({ from, to }: Span, { rangeOffset, rangeLength, text }: Replacement): Span {
  const end = rangeOffset + rangeLength;
  const grown = text.length - rangeLength;
  const isInsertion = rangeLength === 0;
  if (rangeOffset >= from && end <= to && !(isInsertion && from < to && (end === from || rangeOffset === to))) {
    return { from, to: to + grown };
  }
  if (end <= from) return { from: from + grown, to: to + grown };
  if (rangeOffset >= to) return { from, to };
  if (rangeOffset < from) {
    const start = rangeOffset + text.length;
    return { from: start, to: Math.max(start, to + grown) };
  }
  return { from, to: rangeOffset };
}
