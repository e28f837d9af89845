import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Loaded, LoadJob } from '../measure.ts';

/** The loop that tutorials show: one session, the outputs `present` are the next inputs `past`. */
export async function loadPlainLoop({ path, threads, layers, kvHeads, headSize, vocabulary }: LoadJob): Promise<Loaded> {
  const session = await InferenceSession.create(join(path, 'onnx', 'model_q4.onnx'), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const names = Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
  const empty = () =>
    new Map<string, Tensor>(names.map((name) => [name, new Tensor('float32', new Float32Array(0), [1, kvHeads, 0, headSize])]));
  let cache = empty();
  let length = 0;

  const next = async (ids: readonly number[]): Promise<number> => {
    length += ids.length;
    const outputs = await session.run({
      input_ids: int64(ids),
      attention_mask: int64(new Array<number>(length).fill(1)),
      ...Object.fromEntries([...cache].map(([name, tensor]) => [`past_key_values.${name}`, tensor])),
    });
    cache = new Map(names.map((name) => [name, outputs[`present.${name}`] as Tensor]));
    return argMax(outputs.logits?.data as Float32Array, vocabulary);
  };
  return {
    async reset() {
      cache = empty();
      length = 0;
    },
    async extend(tokens, generate) {
      const started = performance.now();
      const generated = [await next(tokens)];
      const first = performance.now();
      while (generated.length < generate) generated.push(await next(generated.slice(-1)));
      return { tokens: generated, firstMs: first - started, restMs: performance.now() - first };
    },
  };
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

function argMax(values: Float32Array, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
