import { basename, dirname } from 'node:path';
import { AutoModelForCausalLM, BaseStreamer, env, Tensor } from '@huggingface/transformers';
import type { Job, Loaded } from '../measure.ts';

/** What `generate` returns when it is asked for a dictionary; the library types it loosely. */
interface Generated {
  readonly past_key_values: object;
}

/** Notes the time of each token; the prompt itself is put first. */
class Clock extends BaseStreamer {
  readonly times: number[] = [];
  override put(): void {
    this.times.push(performance.now());
  }
  override end(): void {}
}

/** transformers.js, through its own `generate`, on the same ONNX file as the plain loop. */
export async function loadTransformersJs({ model, threads }: Job): Promise<Loaded> {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(model.onnx);
  const causal = await AutoModelForCausalLM.from_pretrained(basename(model.onnx), {
    dtype: 'q4',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  let past: object | undefined;

  const run = async (ids: readonly number[], tokens: number, cache?: object) => {
    const clock = new Clock();
    const started = performance.now();
    const generated = (await causal.generate({
      inputs: int64(ids, (id) => BigInt(id)),
      attention_mask: int64(ids, () => 1n),
      max_new_tokens: tokens,
      do_sample: false,
      return_dict_in_generate: true,
      streamer: clock,
      ...(cache && { past_key_values: cache }),
    } as unknown as Parameters<typeof causal.generate>[0])) as unknown as Generated;
    past = generated.past_key_values;
    const first = clock.times[1] as number;
    return { firstMs: first - started, restMs: (clock.times.at(-1) as number) - first };
  };
  return {
    generate: (prompt, tokens) => run(prompt, tokens),
    append: async (prompt, token) => (await run([...prompt, token], 1, past)).firstMs,
  };
}

function int64(ids: readonly number[], value: (id: number) => bigint): Tensor {
  return new Tensor('int64', BigInt64Array.from(ids, value), [1, ids.length]);
}
