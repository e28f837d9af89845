/** Escapes a text so that Markdown shows it literally: names of files and models may hold any character. */
export function plainMarkdown(text: string): string {
  // CommonMark 0.31, 2.4: any ASCII punctuation may stand behind a backslash. With all of it no address is recognised either.
  return text.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&').replaceAll(/\s*\n\s*/g, ' ');
}
