/** Offsets at which the lines of a text begin; the first is 0. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** How many line breaks a text has. */
export function lineBreaks(text: string): number {
  return lineStarts(text).length - 1;
}
