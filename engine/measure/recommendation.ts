import { lossAt, type PowerLaw } from './powerLaw.ts';

/** What a window is worth, and what the next larger one would add. */
export interface WindowGain {
  /** Tokens. */
  readonly window: number;
  /** Nats a token at its end. */
  readonly loss: number;
  /** Nats a token that twice the window would gain: L(c) − L(2c). */
  readonly gainOfDoubling: number;
}

export interface Recommendation {
  /** The smallest window after which doubling gains less than asked for, or the largest that was measured. */
  readonly window: number;
  readonly gains: readonly WindowGain[];
  /** Whether doubling would still be worth it at the end of what was measured. */
  readonly isLimited: boolean;
}

/** Windows that are offered. */
const SMALLEST = 256;

/**
 * The window to choose by a law that was fitted up to a length.
 * @param threshold nats a token that doubling has to gain
 * @param longest tokens up to which the law was measured
 */
export function recommendWindow(law: PowerLaw, threshold: number, longest: number): Recommendation {
  const gains: WindowGain[] = [];
  for (let window = Math.min(SMALLEST, longest); window <= longest; window *= 2) {
    const loss = lossAt(law, window);
    gains.push({ window, loss, gainOfDoubling: loss - lossAt(law, 2 * window) });
  }
  const enough = gains.find(({ gainOfDoubling }) => gainOfDoubling < threshold);
  const last = gains.at(-1) as WindowGain;
  return { window: (enough ?? last).window, gains, isLimited: enough === undefined };
}
