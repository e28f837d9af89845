import type { Scaling, WindowChange, WindowControls } from '../../protocol/chatWindow.ts';
import { type Bounds, isWithin, kindOfValue, VALUE_BOUNDS, within } from '../../protocol/windowBounds.ts';

/** The base that LLaMA 2 Long uses for 32 768 tokens (arXiv:2309.16039). */
const LONG_BASE = 500_000;

/** Another scaling, and its value: that of before if it makes sense, else one that reaches the window. */
export function withScaling(controls: WindowControls, scaling: Scaling): WindowChange {
  const { scalingValue, window, unscaled } = controls;
  const kind = kindOfValue(scaling);
  if (kind === undefined) return { scaling };
  const bounds = VALUE_BOUNDS[kind];
  const fits = kind === 'base' ? LONG_BASE : within(bounds, Math.ceil(window / Math.max(1, unscaled)));
  const isKept = kindOfValue(controls.scaling) === kind && isWithin(bounds, scalingValue);
  return { scaling, scalingValue: isKept ? scalingValue : fits };
}

/** A number that a person typed, within bounds; undefined when it is none. */
export function bounded(typed: string, bounds: Bounds): number | undefined {
  const value = Number(typed);
  return typed.trim() === '' || !Number.isFinite(value) ? undefined : within(bounds, value);
}
