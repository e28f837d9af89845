/** Words by which prompt formats tell who speaks, where they are not control tokens. */
const MARKER = /\[\/?[A-Za-z_]+\]|<<\/?[A-Za-z_]+>>|<\/?[|｜]?[A-Za-z_]+[|｜]?>|^#{2,} [A-Z][a-z]+:|\b[A-Z]{4,}:/gm;

/** Breaks a word up and is not seen; U+2060, word joiner. */
const JOINER = '\u2060';

/** The words of this kind that a template writes. */
export function markersIn(literals: readonly string[]): string[] {
  return [...new Set(literals.flatMap((literal) => literal.match(MARKER) ?? []))];
}

/** A message's text in which none of these words is left whole, so that no message can speak in another's name. */
export function withoutMarkers(text: string, markers: readonly string[]): string {
  let safe = text;
  for (const marker of markers) safe = safe.replaceAll(marker, `${marker[0]}${JOINER}${marker.slice(1)}`);
  return safe;
}
