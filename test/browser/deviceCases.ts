import { join } from 'node:path';
import { expect } from 'vitest';
import type { Precision } from '../../engine/generate/lowering.ts';
import { relativeError } from '../numerics/compare.ts';
import { PROMPT } from '../numerics/families/prompt.ts';
import { ReferenceDecoder } from '../numerics/families/reference.ts';
import { roundedModel } from '../numerics/families/rounded.ts';
import { residuals, steeredLogits } from '../numerics/families/steered.ts';
import { GPU_FORMATS } from '../numerics/quantized.ts';
import { familyOf, tinyModel } from '../support/families/families.ts';
import type { TinyModel } from '../support/families/parts.ts';
import { writeHuggingFaceFolder } from '../support/families/write.ts';
import { type DeviceRun, STEERED, steeringsOf, WINDOW } from './deviceSuite.ts';

export interface DeviceCase {
  readonly family: string;
  readonly precision: Precision;
  /** Whether it is also steered: only some are, because each additional graph compiles its own kernels. */
  readonly steers?: true;
}

/**
 * Families that together use every operator of a graph for WebGPU, with each of its settings: grouped queries; a sliding window; norms of
 * heads; partly rotated heads; a scale of scores and multipliers; learned positions, layer norms and biases; layers without rotation; and
 * blocks of 4 and 8 bits.
 */
export const DEVICE_CASES: readonly DeviceCase[] = [
  { family: 'Mistral (window)', precision: 'float32' },
  { family: 'Qwen3', precision: 'float32', steers: true },
  { family: 'GLM', precision: 'float32' },
  { family: 'Granite', precision: 'float32' },
  { family: 'GPT-2', precision: 'float32', steers: true },
  { family: 'SmolLM3', precision: 'exact' },
];

/** Float32 on both sides: far below the effect of a wrong setting (test/numerics/families/features.test.ts). */
const BOUND = 1e-4;

/** Writes each case's model into a folder of its own, numbered in the order of the cases. */
export async function writeCases(folder: string, families: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const [i, name] of families.entries()) {
    const path = join(folder, `model${i}`);
    await writeHuggingFaceFolder(path, familyOf(name), tinyModel(familyOf(name)));
    paths.push(path);
  }
  return paths;
}

/** Compares what a device computed with the float64 reference. */
export function expectReference({ rows, top, device, steered }: DeviceRun, { family, precision, steers }: DeviceCase): void {
  const exact = tinyModel(familyOf(family));
  // WebAssembly keeps float32.
  const isRounded = precision !== 'float32' && device === 'webgpu';
  const model = isRounded ? roundedModel(exact, GPU_FORMATS) : exact;
  const truth = ReferenceDecoder.logits(model, PROMPT.slice(0, 70), { window: WINDOW });
  if (steers) expectSteered(steered, model);
  const at = (length: number) => truth[length - 1] as Float64Array;
  expect(rows.map(({ length }) => length)).toEqual([1, 31, 32, 60, 61, 62, 50]);
  for (const { length, logits } of rows) expect.soft(relativeError(logits, at(length)), `${length} tokens`).toBeLessThan(BOUND);
  expect(top !== undefined).toBe(device === 'webgpu');
  if (!top) return;
  const expected = at(top.length);
  const order = [...expected.keys()]
    .sort((a, b) => (expected[b] as number) - (expected[a] as number))
    .slice(0, top.tokens.length);
  expect(top.tokens).toEqual(order);
  expect(
    relativeError(
      top.logits,
      order.map((token) => expected[token] as number),
    ),
  ).toBeLessThan(BOUND);
  const highest = expected[order[0] as number] as number;
  const logSumExp = highest + Math.log(expected.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  expect(Math.abs(top.logSumExp - logSumExp)).toBeLessThan(BOUND * Math.abs(logSumExp));
}

/** Compares the logits of a steered model, and its residual stream, with the reference. */
function expectSteered(found: DeviceRun['steered'], model: TinyModel): void {
  const { layers, hidden } = model.structure;
  const tokens = PROMPT.slice(0, STEERED);
  expect(found?.logits).toHaveLength(2);
  for (const [i, steering] of steeringsOf(layers, hidden).entries()) {
    const truth = steeredLogits(model, tokens, steering, WINDOW).at(-1) as Float64Array;
    expect.soft(relativeError(found?.logits[i] ?? [], truth), steering.mode).toBeLessThan(BOUND);
  }
  expect(found?.plain.length).toBeGreaterThan(0);
  // Bit for bit: at coefficient 0 nothing of the steering runs.
  expect.soft(found?.zero).toEqual([found?.plain, found?.plain]);
  const streams = residuals(model, tokens, [STEERED - 1], WINDOW);
  expect.soft(relativeError(found?.residuals ?? [], streams), 'residual stream').toBeLessThan(BOUND);
}
