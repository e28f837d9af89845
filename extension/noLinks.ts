/**
 * A text in which VS Code finds no link. It makes links of `[text](target)` in notifications, progress and inputs, and one with a target
 * of the form `command:…` runs that command on a click; what files and models are called, and what they say, must not be able to ask for
 * that. A space between the brackets is enough: line breaks become spaces too, so nothing brings them together again.
 */
export function noLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
