import type { Scaling, WindowControls } from '../../protocol/chatWindow.ts';

/** What the value of a scaling is: a factor of the length, the base of the rotary frequencies, or nothing. */
export function kindOfValue(scaling: Scaling): 'factor' | 'base' | undefined {
  if (scaling === 'own' || scaling === 'none') return undefined;
  return scaling === 'base' ? 'base' : 'factor';
}

/** The base that LLaMA 2 Long uses for 32 768 tokens (arXiv:2309.16039). */
const LONG_BASE = 500_000;
const LEAST_BASE = 1_000;

/** The controls with another scaling: its value is kept where it makes sense, else one that fits window and training. */
export function withScaling(controls: WindowControls, scaling: Scaling, trained: number): WindowControls {
  const { scalingValue, window } = controls;
  const kind = kindOfValue(scaling);
  if (kind === undefined) return { ...controls, scaling };
  if (kind === 'base') return { ...controls, scaling, scalingValue: scalingValue >= LEAST_BASE ? scalingValue : LONG_BASE };
  const factor = Math.max(1, Math.ceil(window / Math.max(1, trained)));
  const isFactor = kindOfValue(controls.scaling) === 'factor' && scalingValue >= 1;
  return { ...controls, scaling, scalingValue: isFactor ? scalingValue : factor };
}

/** The steps of the slider: small enough to be exact, few enough to be found. */
export const WINDOW_STEP = 256;
export const LEAST_WINDOW = 256;

/** A number that a person typed, within bounds; undefined when it is none. */
export function bounded(typed: string, least: number, most: number): number | undefined {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value)) return undefined;
  return Math.min(Math.max(value, least), Math.max(least, most));
}
