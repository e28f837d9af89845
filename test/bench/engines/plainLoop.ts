import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Job, Loaded } from '../measure.ts';

/** The loop that tutorials show: one session, the outputs `present` are the next inputs `past`. */
export async function loadPlainLoop({ model, threads }: Job): Promise<Loaded> {
  const { layers, kvHeads, headSize, vocabulary } = model.shape;
  const session = await InferenceSession.create(join(model.onnx, 'onnx', 'model_q4.onnx'), {
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
    async generate(prompt, tokens) {
      cache = empty();
      length = 0;
      const started = performance.now();
      let token = await next(prompt);
      const first = performance.now();
      for (let count = 1; count < tokens; count++) token = await next([token]);
      return { firstMs: first - started, restMs: performance.now() - first };
    },
    async append(_, token) {
      const started = performance.now();
      await next([token]);
      return performance.now() - started;
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
