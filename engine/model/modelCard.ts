/** The licence that a model card (README.md) names in its header, between lines of `---`; undefined where it names none. */
export function cardLicence(card: string): string | undefined {
  const header = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  return /^license:[ \t]*["']?([\w.+-]+)["']?[ \t]*$/m.exec(header)?.[1];
}
