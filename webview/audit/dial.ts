import { placeWithin, probabilityWithin } from '../shared/logOdds.ts';

/** Log-odds at both ends, for 0.1 % and 99.9 %: a model that was trained to decide is sure of most requests, so what differs lies near 0 and 1. */
export const END = 6.9;

/** Where a probability lies on the dial; 0 and 1 are its ends. */
export function placeOf(probability: number): number {
  return placeWithin(END, probability);
}

/** The probability at a place of the dial. At the ends it is 0 and 1: all is refused, or nothing. */
export function probabilityAt(place: number): number {
  return probabilityWithin(END, place);
}
