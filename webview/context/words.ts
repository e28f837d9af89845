import type { ContextTexts, MeasuredCurve, ScalingChoice } from '../protocol/context.ts';
import { fill } from '../shared/fill.ts';

/** How values are written in the language of the page. */
export interface Written {
  readonly tokens: (value: number) => string;
  readonly nats: (value: number) => string;
  readonly time: (ms: number) => string;
  readonly memory: (bytes: number) => string;
}

/** A scaling's name, with its number. */
export function scalingName({ scaling, value }: ScalingChoice, texts: ContextTexts): string {
  const name = scaling === 'base' ? texts.byBase : texts[scaling];
  return scaling === 'own' || scaling === 'none' ? name : `${name} ${value}`;
}

/** What is recommended under one scaling, in plain words. */
export function recommendationWords(
  { recommendation }: Pick<MeasuredCurve, 'recommendation'>,
  threshold: number,
  texts: ContextTexts,
  { tokens, nats, time, memory }: Written,
): string {
  if (!recommendation) return texts.tooFew;
  const { window, gain, isLimited, ms, bytes } = recommendation;
  const worth = fill(isLimited ? texts.limited : texts.enough, tokens(window), nats(gain), nats(threshold));
  return ms === null || bytes === null ? worth : `${worth} ${fill(texts.cost, time(ms), memory(bytes))}`;
}
