import type { SetCurve, ShownRate } from '../protocol/audit.ts';
import { placeWithin, probabilityWithin } from '../shared/logOdds.ts';

/** Log-odds at both ends, for 0.1 % and 99.9 %: a model trained to decide is sure of most requests, so the differences are near 0 and 1. */
export const END = 6.9;

/** Where a probability lies on the dial; 0 and 1 are its ends. */
export function placeOf(probability: number): number {
  return placeWithin(END, probability);
}

/** The probability at a place of the dial. At the ends it is 0 and 1: all is refused, or nothing. */
export function probabilityAt(place: number): number {
  return probabilityWithin(END, place);
}

/** Changes closer together than this are one step for the keyboard. */
const STEP = 0.1;

/** The share of a set that is treated wrongly at a threshold: a point holds up to the next. */
export function rateAt(points: SetCurve['points'], threshold: number): ShownRate {
  return points.findLast((point) => point.threshold <= threshold) ?? { value: null, low: 0, high: 1 };
}

/** The next threshold, to the right or to the left, at which something else is treated wrongly; an end of the dial where there is none. */
export function changeFrom(sets: readonly Pick<SetCurve, 'points'>[], threshold: number, direction: 1 | -1): number {
  const from = placeOf(threshold);
  const beyond = sets
    .flatMap(({ points }) => points.map((point) => point.threshold))
    .filter((each) => direction * (placeOf(each) - from) >= STEP);
  return direction > 0 ? Math.min(1, ...beyond) : Math.max(0, ...beyond);
}
