import { duration, mebibytes, number } from '../shared/format.ts';
import type { Written } from './words.ts';

const { lang } = document.documentElement;
const thousandths = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 3 });
const hundredths = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Nats a token. */
export const nats = (value: number): string => thousandths.format(value);

/** A parameter of the law. */
export const parameter = (value: number): string => hundredths.format(value);

export const written: Written = { tokens: number, nats, time: duration, memory: mebibytes };
