/**
 * Where a text is to end: before this string, or before the first match of a pattern. `partial` finds, at the end of a text, what may
 * yet become a match; it ends with `$`. Neither has the flag g or y.
 */
export type Stop = string | { readonly pattern: RegExp; readonly partial: RegExp };
