const { lang } = document.documentElement;
const tenths = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Shown for an unknown value. */
const UNKNOWN = '–';

/** @param value 0–1 */
export const percent = (value: number | null): string => (value === null ? UNKNOWN : tenths.format(value));

/** @param value −1 … 1 */
export const correlation = (value: number | null): string => (value === null ? UNKNOWN : hundredths.format(value));

/** A head's score of an answer, 0–1. */
export const score = (value: number): string => hundredths.format(value);
