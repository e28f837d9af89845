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
import { type DeviceRun, STEERED, steeringsOf, TOP, type TopRow, WINDOW } from './deviceSuite.ts';

export interface DeviceCase {
  readonly family: string;
  readonly precision: Precision;
  /** Whether it is also steered: only some are, because each additional graph compiles its own kernels. */
  readonly steers?: true;
}

/**
 * Families that together use every operator of a graph for WebGPU, with each of its settings: grouped queries; a sliding window; norms of
 * heads; partly rotated heads; a scale of scores and multipliers; learned positions, layer norms and biases; layers without rotation, and
 * with a rotary base of their own; blocks of 4 and 8 bits.
 */
export const DEVICE_CASES: readonly DeviceCase[] = [
  { family: 'Mistral (window)', precision: 'float32' },
  { family: 'Qwen3', precision: 'float32', steers: true },
  { family: 'GLM', precision: 'float32' },
  { family: 'Granite', precision: 'float32' },
  { family: 'GPT-2', precision: 'float32', steers: true },
  { family: 'SmolLM3', precision: 'exact' },
  { family: 'Gemma 3 (as transformers 5 writes it, untied)', precision: 'float32' },
  { family: 'Qwen3', precision: 'fast' },
];

/**
 * Float32 on both sides: far below the effect of a wrong setting (test/numerics/families/features.test.ts). `fast` on a GPU has activations
 * in float16 where the GPU computes in it, and may multiply them in 8 bits; there 1e-2 was found over two or three layers.
 */
const BOUND = 1e-4;
const FAST_BOUND = 2e-2;

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
export function expectReference(run: DeviceRun, { family, precision, steers }: DeviceCase): void {
  const { rows, tops, device, steered } = run;
  const exact = tinyModel(familyOf(family));
  // WebAssembly keeps float32.
  const isRounded = precision !== 'float32' && device === 'webgpu';
  const bound = isRounded && precision === 'fast' ? FAST_BOUND : BOUND;
  const model = isRounded ? roundedModel(exact, GPU_FORMATS) : exact;
  const truth = ReferenceDecoder.logits(model, PROMPT.slice(0, 70), { window: WINDOW });
  if (steers) expectSteered(steered, model);
  const at = (length: number) => truth[length - 1] as Float64Array;
  expect(rows.map(({ length }) => length)).toEqual([1, 31, 32, 54, 60, 61, 62, 50]);
  for (const { length, logits } of rows) expect.soft(relativeError(logits, at(length)), `${length} tokens`).toBeLessThan(bound);
  expectFewBytes(run);
  expectSameFromSeed(run);
  for (const top of tops ?? []) expectTop(top, at(top.length), bound);
}

/** On a GPU no more of the logits comes back than is asked for. */
export function expectFewBytes({ device, rows, tops, returned }: DeviceRun): void {
  expect(tops?.length).toBe(device === 'webgpu' ? 2 : undefined);
  if (!tops) return;
  expect.soft(returned.row).toBe(4 * (rows[0]?.logits.length ?? 0));
  // A token has eight bytes, its logit and the sum four.
  expect.soft(returned.tops).toBe(tops.length * (TOP * (8 + 4) + 4));
}

/** The same seed gives the same text, another gives another. */
export function expectSameFromSeed({ drawn }: DeviceRun): void {
  expect(drawn).toHaveLength(6);
  for (const topK of [20, 0]) {
    const [first, again, other] = drawn.filter((each) => each.topK === topK);
    expect.soft(again).toEqual(first);
    expect.soft(other?.tokens).not.toEqual(first?.tokens);
  }
}

/** The largest logits, best first: those of the tokens they are said to be of, and nothing larger is left out. */
export function expectTop({ tokens, logits, logSumExp }: TopRow, expected: ArrayLike<number>, bound = BOUND): void {
  const all = Array.from(expected);
  const highest = all.reduce((a, b) => Math.max(a, b));
  const error = bound * all.reduce((scale, logit) => Math.max(scale, Math.abs(logit)), 0);
  expect(new Set(tokens).size).toBe(TOP);
  expect(logits).toEqual(logits.toSorted((a, b) => b - a));
  for (const [i, token] of tokens.entries()) expect(Math.abs((logits[i] as number) - (all[token] as number))).toBeLessThan(error);
  const least = logits.at(-1) as number;
  expect(all.filter((logit, token) => logit > least + error && !tokens.includes(token))).toEqual([]);
  const sum = highest + Math.log(all.reduce((total, logit) => total + Math.exp(logit - highest), 0));
  expect(Math.abs(logSumExp - sum)).toBeLessThan(Math.max(error, bound * Math.abs(sum)));
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
