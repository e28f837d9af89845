import { loadDecoder } from '../../engine/generate/languageModel.ts';
import type { Decoder, LoadOptions } from '../../engine/generate/model.ts';
import type { ModelLocation } from '../../engine/model/location.ts';
import type { Steering } from '../../engine/runtime/steering.ts';

/** The results of one run; logits by the length of the timeline they belong to. */
export interface DeviceRun {
  readonly device: string;
  readonly notes: readonly string[];
  readonly rows: readonly { readonly length: number; readonly logits: number[] }[];
  /** After tokens in the middle were discarded, if the device can do that. */
  readonly shifted?: number[];
  /**
   * On request, results at the last of {@link STEERED} tokens: logits under each of {@link steeringsOf}, without steering, and with each at
   * coefficient 0, and the residual stream.
   */
  readonly steered?: {
    readonly logits: readonly number[][];
    readonly plain: readonly number[];
    readonly zero: readonly number[][];
    readonly residuals: number[];
  };
  /** The largest logits of the last row, if the device finds them itself. */
  readonly top?: { readonly length: number; readonly tokens: number[]; readonly logits: number[]; readonly logSumExp: number };
}

export const WINDOW = 256;
/** The lengths at which a run records logits: in one long run, token by token, and after rewinding. */
const [PREFILL, STEPS, BACK, AGAIN] = [60, 2, 20, 50];
const TOP = 5;
/** Number of tokens of a steered timeline: one run, and one more token. */
export const STEERED = 41;

/** Both modes, in every layer. */
export function steeringsOf(layers: number, hiddenSize: number): Steering[] {
  const directions = Float32Array.from({ length: layers * hiddenSize }, (_, i) => Math.sin(0.7 * i));
  return [
    { mode: 'add', coefficient: -0.6, directions },
    { mode: 'project', coefficient: 0.8, directions },
  ];
}

/**
 * The runs of a model on every device, in Node and in pages alike.
 * @param open receives the decoder, for the caller to dispose of later: kernels are compiled again when no model is left on a GPU
 */
export async function runOnDevice(
  location: ModelLocation,
  tokens: readonly number[],
  options: LoadOptions & { readonly steers?: boolean },
  open: Decoder[],
): Promise<DeviceRun> {
  const decoder = await loadDecoder(location, { ...options, window: WINDOW });
  open.push(decoder);
  const { runtime } = decoder;
  const cache = runtime.newCache({ window: WINDOW });
  const size = decoder.config.vocabularySize;
  const rows: { length: number; logits: number[] }[] = [];
  const run = async (end: number, wanted: readonly number[]) => {
    const first = cache.length;
    const logits = await runtime.run({ ids: tokens.slice(first, end), rows: wanted.map((length) => length - first - 1) }, cache);
    for (const [i, length] of wanted.entries()) rows.push({ length, logits: [...logits.subarray(i * size, (i + 1) * size)] });
  };
  await run(PREFILL, [1, 31, 32, PREFILL]);
  for (let step = 1; step <= STEPS; step++) await run(PREFILL + step, [PREFILL + step]);
  cache.truncate(BACK);
  await run(AGAIN, [AGAIN]);
  const ids = tokens.slice(AGAIN, PREFILL);
  const top = await runtime.runTop?.({ ids }, cache, TOP);
  if (!top) await runtime.run({ ids, rows: [ids.length - 1] }, cache);
  // Twice before the next run, and once from the first slot.
  if (runtime.canDiscard) {
    cache.discard({ start: 4, end: 24 });
    cache.discard({ start: 0, end: 3 });
  }
  const shifted = runtime.canDiscard && (await runtime.run({ ids: tokens.slice(0, 3), rows: [2] }, cache));
  cache.dispose();
  const steered = options.steers && (await runSteered(decoder, tokens));
  return {
    device: decoder.device,
    notes: decoder.notes,
    rows,
    ...(shifted && { shifted: [...shifted] }),
    ...(steered && { steered }),
    ...(top && {
      top: { length: PREFILL, tokens: [...top.tokens], logits: [...top.logits], logSumExp: top.logSumExp },
    }),
  };
}

async function runSteered({ runtime, config }: Decoder, tokens: readonly number[]): Promise<DeviceRun['steered']> {
  const first = tokens.slice(0, STEERED - 1);
  const last = { ids: tokens.slice(STEERED - 1, STEERED), rows: [0] };
  const under = async (steering?: Steering): Promise<number[]> => {
    const cache = runtime.newCache({ window: WINDOW, ...(steering && { steering }) });
    await runtime.run({ ids: first, rows: [0] }, cache);
    const logits = [...(await runtime.run(last, cache))];
    cache.dispose();
    return logits;
  };
  const plain = await under();
  const [logits, zero]: [number[][], number[][]] = [[], []];
  for (const steering of steeringsOf(config.layers, config.hiddenSize ?? 0)) {
    logits.push(await under(steering));
    // The steered graph has been loaded by now.
    zero.push(await under({ ...steering, coefficient: 0 }));
  }
  const cache = runtime.newCache({ window: WINDOW });
  await runtime.run({ ids: first, rows: [0] }, cache);
  const residuals = [...((await runtime.observe?.(last, cache)) ?? [])];
  cache.dispose();
  return { logits, plain, zero, residuals };
}
