import { type ChatParams, type ModelInfo, scalingOf, stretchedLength, type WindowUse } from '../../engine/index.ts';
import { type Scaling, WINDOW_SETTINGS, type WindowControls, type WindowSettings } from '../../webview/protocol/chatWindow.ts';
import {
  type Bounds,
  isWithin,
  kindOfValue,
  reserveBounds,
  SMALLEST_WINDOW,
  sinksBounds,
  VALUE_BOUNDS,
  windowBounds,
  within,
} from '../../webview/protocol/windowBounds.ts';

/** Tokens reserved for an answer by default, and the share of a small window. */
const RESERVE = 512;
const RESERVE_SHARE = 1 / 4;
/** First tokens that stay in a sliding window: Xiao et al. 2024 found four to be enough. */
const SINKS = 4;
/** The base of Xiong et al. 2023. */
const BASE = 500_000;

/**
 * How a model's window is used: the stored choice, within the available limits.
 * @param stored anything; defaults stand for what of it is not as in {@link WindowSettings}
 * @param fits tokens there is memory for, if that turned out to be less than when the model was opened
 */
export function controlsOf(stored: unknown, model: ModelInfo, fits = Number.POSITIVE_INFINITY): WindowControls {
  const largestWindow = Math.max(SMALLEST_WINDOW, Math.min(fits, Math.max(model.largestWindow, model.window)));
  const known = rememberedOf(stored);
  const window = whole(windowBounds({ largestWindow }), known.window ?? model.window);
  const { canScale = false, canSlide = false } = model;
  const unscaled = stretchedLength(model);
  const scaling = canScale ? (known.scaling ?? 'own') : 'own';
  return {
    window,
    ...{ largestWindow, unscaled, canScale, canSlide },
    scaling,
    scalingValue: possibleValue(scaling, known.scalingValue ?? 1, window / unscaled),
    slides: canSlide && (known.slides ?? false),
    sinks: whole(sinksBounds({ window }), known.sinks ?? SINKS),
    overflow: known.overflow ?? 'oldest',
    reserve: whole(reserveBounds({ window }), known.reserve ?? Math.min(RESERVE, Math.floor(window * RESERVE_SHARE))),
  };
}

/** The part of controls to store: what was chosen, not what could be chosen. */
export function storedOf({ window, scaling, scalingValue, slides, sinks, overflow, reserve }: WindowControls): WindowSettings {
  return { window, scaling, scalingValue, slides, sinks, overflow, reserve };
}

/** The stored fields that are valid; older versions stored fewer. */
function rememberedOf(stored: unknown): Partial<WindowSettings> {
  if (typeof stored !== 'object' || stored === null) return {};
  const fields = Object.entries(stored);
  return Object.fromEntries(fields.filter(([name, value]) => WINDOW_SETTINGS[name as keyof WindowSettings]?.(value)));
}

/** What the engine is told of it. Over a window that slides, an answer goes on for as long as the model does. */
export function useOf(controls: WindowControls): Pick<ChatParams, 'use' | 'overflow' | 'reserve' | 'maxTokens'> {
  const { window, unscaled, scaling, scalingValue, slides, sinks, overflow, reserve } = controls;
  const changed = scaling === 'own' ? {} : { scaling: scalingOf(scaling, scalingValue, unscaled) };
  const use: WindowUse = { window, ...(slides && { sinks }), ...changed };
  return { use, overflow, reserve, maxTokens: slides ? Number.MAX_SAFE_INTEGER : reserve };
}

/** A valid value for the scaling; the value of a scaling chosen before may be meaningless for this one. */
function possibleValue(scaling: Scaling, value: number, stretch: number): number {
  const kind = kindOfValue(scaling);
  if (kind === undefined) return 1;
  const bounds = VALUE_BOUNDS[kind];
  if (isWithin(bounds, value)) return value;
  return kind === 'base' ? BASE : whole(bounds, Math.ceil(stretch));
}

function whole(bounds: Bounds, value: number): number {
  return within(bounds, Math.round(value));
}
