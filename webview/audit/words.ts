import type { AuditTexts, SetCurve, ShownRate } from '../protocol/audit.ts';
import { fill } from '../shared/fill.ts';

const { lang } = document.documentElement;
const tenths = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 });
const significant = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });
const thousandths = new Intl.NumberFormat(lang, { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** Shown for an unknown value. */
const UNKNOWN = '–';

/** @param value 0–1 */
export const percent = (value: number | null): string => (value === null ? UNKNOWN : tenths.format(value));

/** @param value 0–1 */
export const probability = (value: number | null): string => (value === null ? UNKNOWN : significant.format(value));

/** An area under a curve. */
export const area = (value: number | null): string => (value === null ? UNKNOWN : thousandths.format(value));

/** The name of a set: Paddock's own have names, others are named by their file. */
export function setName(set: string, texts: AuditTexts): string {
  return isShipped(set) ? texts[set] : set;
}

/** The short name: the part before the colon. */
export function shortName(set: string, texts: AuditTexts): string {
  return isShipped(set) ? (texts[set].split(/[:：]/)[0] ?? set) : set;
}

function isShipped(set: string): set is 'borderline' | 'contrast' | 'ordinary' {
  return set === 'borderline' || set === 'contrast' || set === 'ordinary';
}

/** A share with its interval. */
export function rateCell({ value, low, high }: ShownRate, texts: AuditTexts): string {
  return value === null ? UNKNOWN : fill(texts.interval, percent(value), percent(low), percent(high));
}

/** The kind of error of a set. */
export function columnOf({ set, shouldRefuse }: Pick<SetCurve, 'set' | 'shouldRefuse'>, texts: AuditTexts): string {
  return fill(shouldRefuse ? texts.missedColumn : texts.falseColumn, shortName(set, texts));
}
