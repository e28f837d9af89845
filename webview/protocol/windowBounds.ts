/** Bounds of the numbers in {@link WindowControls}, shared so that the panel offers exactly what the extension accepts. */
import type { Scaling, WindowControls } from './chatWindow.ts';

/** From the first to the last value, both included. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Tokens of the smallest window that is of any use, and of the shortest answer. */
export const SMALLEST_WINDOW = 128;
const SHORTEST_ANSWER = 16;
/** Factors beyond this were never published (Peng et al. 2023). */
const LARGEST_FACTOR = 32;

/** Tokens of the window. */
export function windowBounds({ largestWindow }: Pick<WindowControls, 'largestWindow'>): Bounds {
  return { least: SMALLEST_WINDOW, most: largestWindow };
}

/** Tokens kept free for the answer: half of the window at most. */
export function reserveBounds({ window }: Pick<WindowControls, 'window'>): Bounds {
  return { least: SHORTEST_ANSWER, most: window >> 1 };
}

/** First tokens that stay in a sliding window: a quarter of it at most. */
export function sinksBounds({ window }: Pick<WindowControls, 'window'>): Bounds {
  return { least: 0, most: window >> 2 };
}

/** What the value of a scaling is: a factor of the length, the base of the rotary frequencies, or nothing. */
export function kindOfValue(scaling: Scaling): 'factor' | 'base' | undefined {
  if (scaling === 'own' || scaling === 'none') return undefined;
  return scaling === 'base' ? 'base' : 'factor';
}

export const VALUE_BOUNDS: Readonly<Record<'factor' | 'base', Bounds>> = {
  factor: { least: 1, most: LARGEST_FACTOR },
  base: { least: 1_000, most: 1e9 },
};

export function isWithin({ least, most }: Bounds, value: number): boolean {
  return least <= value && value <= most;
}

/** The nearest number within bounds. */
export function within({ least, most }: Bounds, value: number): number {
  return Math.max(least, Math.min(value, most));
}
