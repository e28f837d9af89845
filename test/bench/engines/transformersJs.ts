import { AutoModelForCausalLM, BaseStreamer } from '@huggingface/transformers';
import { int64, localModel } from '../../support/transformersJs.ts';
import type { Loaded, LoadJob } from '../measure.ts';

/** What `generate` returns when it is asked for a dictionary; the library types it loosely. */
interface Output {
  readonly past_key_values: object;
  readonly sequences: { readonly data: BigInt64Array };
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
export async function loadTransformersJs({ path, threads }: LoadJob): Promise<Loaded> {
  const causal = await AutoModelForCausalLM.from_pretrained(localModel(path), {
    dtype: 'q4',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  let past: object | undefined;
  let timeline: number[] = [];
  return {
    async reset() {
      past = undefined;
      timeline = [];
    },
    async extend(tokens, generate) {
      timeline.push(...tokens);
      const clock = new Clock();
      const started = performance.now();
      const output = (await causal.generate({
        inputs: int64(timeline),
        attention_mask: int64(timeline.map(() => 1)),
        max_new_tokens: generate,
        do_sample: false,
        return_dict_in_generate: true,
        streamer: clock,
        ...(past && { past_key_values: past }),
      } as unknown as Parameters<typeof causal.generate>[0])) as unknown as Output;
      past = output.past_key_values;
      const before = timeline.length;
      timeline = Array.from(output.sequences.data, Number);
      const first = clock.times[1] as number;
      return { tokens: timeline.slice(before), firstMs: first - started, restMs: (clock.times.at(-1) as number) - first };
    },
  };
}
