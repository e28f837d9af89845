import { env } from 'vscode';

/** A whole number as the language of the editor groups its digits; pages do the same (webview/shared/format.ts). */
export const number = (value: number): string => value.toLocaleString(env.language, { maximumFractionDigits: 0 });

/** A number with three significant digits at most, as the language of the editor writes it. */
export const decimal = (value: number): string => value.toLocaleString(env.language, { maximumSignificantDigits: 3 });

/**
 * A share as a percentage, as the language of the editor writes it.
 * @param value 0–1
 * @param digits digits behind the decimal point, at most
 */
export const percent = (value: number, digits = 0): string =>
  value.toLocaleString(env.language, { style: 'percent', maximumFractionDigits: digits });

/** A moment as a day and a time of day, as the language of the editor writes them. @param time milliseconds since 1970 */
export const moment = (time: number): string =>
  new Date(time).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' });
