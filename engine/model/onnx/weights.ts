import type { Skeleton } from './skeleton.ts';

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

function counts(skeletons: readonly Skeleton[]): Map<string, { count: number; form: string }> {
  const all = new Map<string, { count: number; form: string }>();
  for (const { constants, weightNodes } of skeletons) {
    const auxiliary = new Set<string | undefined>();
    const packed = new Map<string, { count: number; form: string }>();
    for (const { operator, inputs, numbers } of weightNodes) {
      for (const index of AUXILIARY[operator] ?? []) auxiliary.add(inputs[index]);
      const { K = 0, N = 0, bits = 4, block_size: block = 0 } = numbers;
      if (operator === 'MatMulNBits' || operator === 'MatMulBnb4') {
        packed.set(inputs[1] ?? '', { count: K * N, form: `${bits}-bit blocks of ${block}` });
      } else if (operator === 'GatherBlockQuantized') {
        const elements = product(constants.get(inputs[0] ?? '')?.dims ?? []);
        const perElement = constants.get(inputs[0] ?? '')?.type === 'uint8' ? 8 / bits : 1;
        packed.set(inputs[0] ?? '', { count: elements * perElement, form: `${bits}-bit blocks of ${block}` });
      }
    }
    for (const [name, { type, dims }] of constants) {
      const isLearned = type !== undefined && /^(b?float|u?int[48]$)/.test(type) && dims.length > 0 && !auxiliary.has(name);
      const entry = packed.get(name) ?? (isLearned ? { count: product(dims), form: type } : undefined);
      if (entry) all.set(`${name} ${dims}`, entry);
    }
  }
  return all;
}

function product(dims: readonly number[]): number {
  return dims.reduce((size, dim) => size * dim, 1);
}
