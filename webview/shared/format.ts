/** Numbers and days as people write them in the language of the page. */
const { lang } = document.documentElement;
const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
const fewDigits = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
const dayAndMonth = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric' });
const exactPercent = (digits: number) => new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: digits });
const tenths = exactPercent(1);
const hundredths = exactPercent(2);
const inUnit = (unit: 'millisecond' | 'second', maximumFractionDigits: number) =>
  new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits });
const milliseconds = inUnit('millisecond', 0);
const fewMilliseconds = inUnit('millisecond', 1);
const seconds = inUnit('second', 1);

const MIB = 2 ** 20;

/** Shown for a number that is not known yet. */
const UNKNOWN = '–';

export const number = (value: number): string => whole.format(value);

export const share = (value: number | null): string => (value === null ? UNKNOWN : percent.format(value));

/** A share whose parts of a hundredth matter, most of all close to the ends. */
export const exactShare = (value: number): string => (value > 0.01 && value < 0.99 ? tenths : hundredths).format(value);

/** @param ms milliseconds; null when unknown */
export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms >= 1_000) return seconds.format(ms / 1_000);
  return (ms < 10 ? fewMilliseconds : milliseconds).format(ms);
}

/** @param day `2026-11-21`, which is taken for a day in local time */
export function date(day: string): string {
  return dayAndMonth.format(new Date(`${day}T00:00`));
}

const conjunction = new Intl.ListFormat(lang, { type: 'conjunction' });

/** Several things in one sentence. */
export const listed = (items: readonly string[]): string => conjunction.format(items);

/** A rate, with its significant digits. */
export const rate = (value: number): string => (value < 10 ? fewDigits : whole).format(value);

/** @param value bytes */
export const mebibytes = (value: number): string => `${(value < 10 * MIB ? fewDigits : whole).format(value / MIB)} MiB`;
