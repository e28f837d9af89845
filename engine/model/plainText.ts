/** Most characters of a name that are shown. */
const MAX_LENGTH = 300;

/**
 * What a file says of itself, for people: without control characters and those that turn the direction of writing, by which a terminal or a
 * page would show something else.
 */
export function plainText(text: string, most = MAX_LENGTH): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu, '')
    .slice(0, most)
    .trim();
}
