import { describe, expect, it } from 'vitest';
import type { Lowering } from '../../../engine/graph/building.ts';
import { DataType, OnnxGraph } from '../../../engine/graph/onnx.ts';
import { Operators } from '../../../engine/graph/operators.ts';
import { outputLogits } from '../../../engine/graph/outputLogits.ts';
import { loadBackend } from '../../../engine/runtime/backend.ts';
import type { Outputs } from '../../../engine/runtime/cachedGraph.ts';
import { rowsOf } from '../../../engine/runtime/logitRows.ts';
import type { LogitRow } from '../../../engine/runtime/modelRuntime.ts';
import { Random } from '../../support/random.ts';

const VOCABULARY = 5000;

function graphOf(kernels: Lowering['kernels']): Uint8Array {
  const op = new Operators(new OnnxGraph(), kernels);
  const given = op.graph.input('given', DataType.float32, [1, 'rows', VOCABULARY]);
  outputLogits(op, op.add(given, op.float(0)), VOCABULARY, { kernels } as Lowering);
  return op.graph.encode();
}

async function run(device: 'cpu' | 'wasm', given: readonly Float32Array[]): Promise<LogitRow[]> {
  const { ort } = await loadBackend(device, 1);
  const graph = await ort.InferenceSession.create(graphOf('cpu'));
  const all = new Float32Array(given.length * VOCABULARY);
  for (const [i, row] of given.entries()) all.set(row, i * VOCABULARY);
  const outputs = await graph.run({ given: new ort.Tensor('float32', all, [1, given.length, VOCABULARY]) });
  await graph.release();
  return rowsOf(outputs as Outputs);
}

describe.each(['cpu', 'wasm'] as const)('rows of logits on %s', (device) => {
  it('come with their largest logit and their sum, however large or small the logits are', async () => {
    const random = new Random(51);
    const given = [0, 1e4, -1e4].map((level) => Float32Array.from({ length: VOCABULARY }, () => level + 3 * random.normal()));
    for (const [i, row] of (await run(device, given)).entries()) {
      const logits = given[i] as Float32Array;
      expect(row.logits).toEqual(logits);
      const highest = logits.reduce((a, b) => Math.max(a, b));
      expect(row.summary?.best).toBe(logits.indexOf(highest));
      const sum = highest + Math.log(logits.reduce((all, logit) => all + Math.exp(logit - highest), 0));
      expect(row.summary?.logSumExp).toBeCloseTo(sum, i === 0 ? 5 : 2); // float32 has two decimals of 10 000
    }
  });

  it('name the first of equals, and let none be possible but one', async () => {
    const equal = new Float32Array(VOCABULARY);
    equal[70] = equal[4321] = 2;
    const single = new Float32Array(VOCABULARY).fill(-Infinity);
    single[4999] = 7;
    const [first, second] = await run(device, [equal, single]);
    expect(first?.summary?.best).toBe(70);
    expect(second?.summary).toEqual({ best: 4999, logSumExp: 7 });
  });

  it('have a sum that is no number where one of them is none', async () => {
    const given = [Number.NaN, Number.POSITIVE_INFINITY].map((wrong) => new Float32Array(VOCABULARY).fill(wrong, 9, 10));
    for (const { summary } of await run(device, given)) expect(summary?.logSumExp).toBeNaN();
  });
});

it('a graph for WebGPU gives logits alone, which stay on the device', async () => {
  const { ort } = await loadBackend('cpu', 1);
  const graph = await ort.InferenceSession.create(graphOf('webgpu'));
  expect(graph.outputNames).toEqual(['logits']);
  await graph.release();
});
