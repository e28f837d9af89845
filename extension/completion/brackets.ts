const OPENER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** The closing brackets of a text that nothing in it has opened, in order. */
export function unmatchedClosers(text: string): string[] {
  const open: string[] = [];
  const closers: string[] = [];
  for (const character of text) {
    const opener = OPENER[character];
    if (Object.values(OPENER).includes(character)) open.push(character);
    else if (opener !== undefined && open.at(-1) === opener) open.pop();
    else if (opener !== undefined) closers.push(character);
  }
  return closers;
}
