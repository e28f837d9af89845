import { basename, dirname } from 'node:path';
import { env, type PreTrainedModel, Tensor } from '@huggingface/transformers';

/** The name by which transformers.js opens a model folder on this machine. It also turns off all other places to look for models. */
export function localModel(path: string): string {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(path);
  return basename(path);
}

export function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

/** All tokens that greedy `generate` returns for an input. */
export async function generateGreedily(
  model: PreTrainedModel,
  input: readonly number[],
  count: number,
  more: object = {},
): Promise<number[]> {
  const options = {
    inputs: int64(input),
    attention_mask: int64(input.map(() => 1)),
    max_new_tokens: count,
    do_sample: false,
    ...more,
  };
  const output = await model.generate(options as unknown as Parameters<PreTrainedModel['generate']>[0]);
  return Array.from((output as Tensor).data as BigInt64Array, Number);
}
