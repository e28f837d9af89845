/** No common text has more characters in a token on average: for so many tokens of room, more text is never looked at. */
export const MAX_CHARACTERS_PER_TOKEN = 16;
