import { basename, dirname } from 'node:path';
import { env, type PreTrainedModel, Tensor } from '@huggingface/transformers';

/** What transformers.js calls the model in a folder on this machine; it then looks for models nowhere else. */
export function localModel(path: string): string {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(path);
  return basename(path);
}

export function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

/** All tokens that `generate` gives back for an input of a model, choosing the most probable each time. */
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
