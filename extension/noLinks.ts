/**
 * A text in which VS Code finds no link. VS Code turns `[text](target)` in notifications, progress and inputs into links, and a target of
 * the form `command:…` runs that command on a click. Names and contents of files and models must not be able to do that. A space between
 * the brackets prevents it; line breaks become spaces, too, so nothing joins them again.
 */
export function noLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
