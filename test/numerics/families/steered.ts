import type { Steering } from '../../../engine/runtime/steering.ts';
import type { TinyModel } from '../../support/families/parts.ts';
import { fastNormal } from '../../support/random.ts';
import { PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';

/** Directions that the model's own stream has a part along, so that they are noticed; the first layer is left alone. */
export function someDirections(model: TinyModel): Float32Array {
  const { layers, hidden } = model.structure;
  const own = residuals(model, PROMPT.slice(0, 5), [4], 256);
  const noise = fastNormal(layers * hidden, 0.3, 977);
  return noise.map((value, i) => value + (own[i] as number)).fill(0, 0, layers > 1 ? hidden : 0);
}

/** As the engine says it, from the formulas: x + c · d, and x − c · d̂ (d̂ · x). */
export function steered({ mode, coefficient, directions }: Steering, hidden: number) {
  return (layer: number, x: Float64Array): Float64Array => {
    const d = Float64Array.from(directions.subarray(layer * hidden, (layer + 1) * hidden));
    if (mode === 'add') return x.map((value, i) => value + coefficient * (d[i] as number));
    const square = d.reduce((sum, value) => sum + value * value, 0);
    const along = d.reduce((sum, value, i) => sum + value * (x[i] as number), 0);
    return square === 0 ? x : x.map((value, i) => value - (coefficient * along * (d[i] as number)) / square);
  };
}

/** Logits `[vocabulary]` after each token, of a model that is steered. */
export function steeredLogits(model: TinyModel, tokens: readonly number[], steering: Steering, window: number): Float64Array[] {
  return ReferenceDecoder.logits(model, tokens, { window, behindLayer: steered(steering, model.structure.hidden) });
}

/** The residual stream behind each layer at the tokens named, `[layers, tokens named, hidden size]`. */
export function residuals(model: TinyModel, tokens: readonly number[], at: readonly number[], window: number): Float64Array {
  const { layers, hidden } = model.structure;
  const found = new Float64Array(layers * at.length * hidden);
  let token = -1;
  const behindLayer = (layer: number, x: Float64Array) => {
    if (layer === 0) token++;
    const place = at.indexOf(token);
    if (place >= 0) found.set(x, (layer * at.length + place) * hidden);
    return x;
  };
  ReferenceDecoder.logits(model, tokens, { window, behindLayer });
  return found;
}
