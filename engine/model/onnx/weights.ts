import type { ConstantTensor, Skeleton, WeightNode } from './skeleton.ts';

/** Inputs of an operator that hold weights' scales and zero points, or tables: not learned numbers of their own. */
const AUXILIARY: Readonly<Record<string, readonly number[]>> = {
  MatMulNBits: [2, 3, 4],
  MatMulBnb4: [2],
  GatherBlockQuantized: [2, 3],
  DequantizeLinear: [1, 2],
  GroupQueryAttention: [7, 8],
  RotaryEmbedding: [2, 3],
};

/** Learned numbers of the graphs. A tensor of the same name and shape in several of them is one. */
export function countParameters(skeletons: readonly Skeleton[]): number {
  return [...counts(skeletons).values()].reduce((sum, { count }) => sum + count, 0);
}

/** How most of the learned numbers are stored, in words. */
export function storedAs(skeletons: readonly Skeleton[]): string {
  const forms = new Map<string, number>();
  for (const { count, form } of counts(skeletons).values()) forms.set(form, (forms.get(form) ?? 0) + count);
  return [...forms].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 'nothing';
}

/** A tensor of weights: how many numbers it holds, and how they are stored. */
interface Weights {
  readonly count: number;
  readonly form: string;
}

/** The weights of all graphs, by name and shape. */
function counts(skeletons: readonly Skeleton[]): Map<string, Weights> {
  const all = new Map<string, Weights>();
  for (const { constants, weightNodes } of skeletons) {
    const auxiliary = new Set(
      weightNodes.flatMap(({ operator, inputs }) => AUXILIARY[operator]?.map((index) => inputs[index]) ?? []),
    );
    const packed = new Map(weightNodes.flatMap((node) => packedIn(node, constants)));
    for (const [name, constant] of constants) {
      const weights = packed.get(name) ?? (auxiliary.has(name) ? undefined : plain(constant));
      if (weights) all.set(`${name} ${constant.dims}`, weights);
    }
  }
  return all;
}

/** The input of a node that holds weights in blocks, by its name; none of other nodes. */
function packedIn({ operator, inputs, numbers }: WeightNode, constants: Skeleton['constants']): [string, Weights][] {
  const { K = 0, N = 0, bits = 4, block_size: block = 0 } = numbers;
  const form = `${bits}-bit blocks of ${block}`;
  if (operator === 'MatMulNBits' || operator === 'MatMulBnb4') return [[inputs[1] ?? '', { count: K * N, form }]];
  if (operator !== 'GatherBlockQuantized') return [];
  const name = inputs[0] ?? '';
  const { type, dims = [] } = constants.get(name) ?? {};
  return [[name, { count: product(dims) * (type === 'uint8' ? 8 / bits : 1), form }]];
}

/** A constant as weights of its own type; undefined for scalars and for types that hold no weights. */
function plain({ type, dims }: ConstantTensor): Weights | undefined {
  const isLearned = type !== undefined && /^(b?float|u?int[48]$)/.test(type) && dims.length > 0;
  return isLearned ? { count: product(dims), form: type } : undefined;
}

function product(dims: readonly number[]): number {
  return dims.reduce((size, dim) => size * dim, 1);
}
