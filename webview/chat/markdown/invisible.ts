/** A character that does not show, as the Unicode standard writes it: `U+202E`. */
export interface Invisible {
  readonly name: string;
}

/** Controls of terminals and other machines; not tab and line feed. */
const CONTROLS = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f';
/** They change the direction of what follows, so that text looks different from what it is (CVE-2021-42574). */
const DIRECTIONS = '\\u202a-\\u202e\\u2066-\\u2069';
/** Without width: in prose they join emoji and shape Arabic, in code they hide. Tags and variation selectors can carry whole texts. */
const WIDTHLESS =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028\\u2029\\u2060-\\u2065\\u206a-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}';

const HIDDEN = {
  prose: new RegExp(`[${CONTROLS}${DIRECTIONS}\\u{e0000}-\\u{e0fff}]`, 'gu'),
  code: new RegExp(`[${CONTROLS}${DIRECTIONS}${WIDTHLESS}]`, 'gu'),
} as const;

/** Splits a text at characters that are invisible but change its meaning. */
export function splitInvisible(text: string, where: keyof typeof HIDDEN): readonly (string | Invisible)[] {
  const pieces: (string | Invisible)[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(HIDDEN[where])) {
    if (index > end) pieces.push(text.slice(end, index));
    pieces.push({ name: `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` });
    end = index + character.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}
