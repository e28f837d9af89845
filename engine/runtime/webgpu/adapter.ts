import { PaddockError } from '../../errors.ts';
import { DataType, OnnxGraph } from '../../graph/onnx.ts';
import type { Ort } from '../ort.ts';
import { attention } from './plainAttention.ts';

/** The capabilities found of a GPU. */
export interface Adapter {
  /** Whether its shaders compute in float16 (`shader-f16`). */
  readonly float16: boolean;
  /** Most tokens of one run for which attention is computed correctly. */
  readonly longestRun: number;
}

/** Lengths of runs to try. From 32 tokens on onnxruntime uses another kernel, which some software adapters compute wrongly. */
const RUNS = [128, 31];
const PAST = 5;
const SHAPE = { heads: 4, kvHeads: 2, headSize: 64 };
/** Far above float32's rounding and float16's, far below what a wrong kernel gives. */
const TOLERANCE = 1e-2;

/**
 * Looks for a GPU, and checks its attention against plain JavaScript: otherwise nobody would notice a driver that computes wrongly.
 * @throws PaddockError `runtime` when there is no GPU, or none that computes correctly
 */
export async function probeAdapter(ort: Ort): Promise<Adapter> {
  const longestRun = await longestRightRun(ort);
  if (longestRun === undefined) {
    throw new PaddockError('runtime', 'the GPU computes attention wrong; another driver may help');
  }
  return { float16: await hasFloat16(ort), longestRun };
}

async function longestRightRun(ort: Ort): Promise<number | undefined> {
  const { heads, kvHeads, headSize } = SHAPE;
  const session = await ort.InferenceSession.create(attentionGraph(), { executionProviders: ['webgpu'] }).catch(
    (error: Error) => {
      throw new PaddockError('runtime', `there is no GPU that WebGPU can use (${firstLine(error)})`, { cause: error });
    },
  );
  const float32 = (data: Float32Array, dims: number[]) => new ort.Tensor('float32', data, dims);
  try {
    for (const tokens of RUNS) {
      const capacity = PAST + tokens;
      const query = waves(tokens * heads * headSize, 1);
      const [key, value] = [waves(tokens * kvHeads * headSize, 2), waves(tokens * kvHeads * headSize, 3)];
      const past = [waves(kvHeads * capacity * headSize, 4), waves(kvHeads * capacity * headSize, 5)] as const;
      const { attended } = await session.run({
        query: float32(query, [1, tokens, heads * headSize]),
        key: float32(key, [1, tokens, kvHeads * headSize]),
        value: float32(value, [1, tokens, kvHeads * headSize]),
        pastKey: float32(past[0], [1, kvHeads, capacity, headSize]),
        pastValue: float32(past[1], [1, kvHeads, capacity, headSize]),
        last: new ort.Tensor('int32', Int32Array.of(capacity - 1), [1]),
        total: new ort.Tensor('int32', Int32Array.of(capacity), []),
      });
      const truth = attention({ ...SHAPE, past: PAST, tokens, query, key, value, pastKey: past[0], pastValue: past[1] });
      const found = attended?.data as Float32Array;
      if (truth.every((expected, i) => Math.abs(expected - (found[i] as number)) < TOLERANCE)) return tokens;
    }
    return undefined;
  } finally {
    await session.release();
  }
}

/** A shader in float16 is refused by adapters that cannot run it. */
async function hasFloat16(ort: Ort): Promise<boolean> {
  const graph = new OnnxGraph();
  const cast = graph.node('Cast', [graph.input('x', DataType.float32, [2])], { attributes: { to: DataType.float16 } });
  const back = graph.node('Cast', [graph.node('Add', [cast, cast])], { attributes: { to: DataType.float32 } });
  graph.output(back, 'y', DataType.float32, [2]);
  try {
    const session = await ort.InferenceSession.create(graph.encode(), { executionProviders: ['webgpu'], logSeverityLevel: 4 });
    try {
      const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(0.5, -3), [2]) });
      return y?.data[0] === 1 && y.data[1] === -6;
    } finally {
      await session.release();
    }
  } catch {
    return false;
  }
}

function attentionGraph(): Uint8Array {
  const { heads, kvHeads, headSize } = SHAPE;
  const graph = new OnnxGraph();
  const input = (name: string, count: number) => graph.input(name, DataType.float32, [1, 'tokens', count * headSize]);
  const cache = (name: string) => graph.input(name, DataType.float32, [1, kvHeads, 'capacity', headSize]);
  const inputs = [
    input('query', heads),
    input('key', kvHeads),
    input('value', kvHeads),
    cache('pastKey'),
    cache('pastValue'),
    graph.input('last', DataType.int32, [1]),
    graph.input('total', DataType.int32, []),
  ];
  const attributes = { num_heads: heads, kv_num_heads: kvHeads, scale: { float: headSize ** -0.5 } };
  const [attended] = graph.nodes('GroupQueryAttention', inputs, { domain: 'com.microsoft', attributes, outputs: 3 });
  graph.output(attended as NonNullable<typeof attended>, 'attended', DataType.float32, [1, 'tokens', heads * headSize]);
  return graph.encode();
}

/** Numbers between −2 and 2, irregular so that no error hides in a pattern. */
function waves(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(seed + i * (1 + seed / 7)) * Math.cos(i * 0.37 * seed));
}

function firstLine({ message }: Error): string {
  return (message.split('\n', 1)[0] ?? '').replace(/^.*?was false\. /, '');
}
