/** No common text has more characters per token on average, so for a given number of tokens never more text is examined. */
export const MAX_CHARACTERS_PER_TOKEN = 16;
