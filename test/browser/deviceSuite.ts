import { generate } from '../../engine/generate/generate.ts';
import { loadDecoder } from '../../engine/generate/languageModel.ts';
import type { Decoder, LoadOptions } from '../../engine/generate/model.ts';
import type { ModelLocation } from '../../engine/model/location.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import type { TopLogits } from '../../engine/runtime/modelRuntime.ts';
import type { Steering } from '../../engine/runtime/steering.ts';
import { logitsOf } from '../support/logitsOf.ts';
import { countReturned } from './returned.ts';

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
  /** The largest logits at some lengths of the timeline, if the device finds them itself. */
  readonly tops?: readonly TopRow[];
  /** Bytes that came back for one row of logits, and for {@link tops}. */
  readonly returned: { readonly row: number; readonly tops: number };
  /** Texts as tokens, drawn with these seeds: from a few of the largest logits, and from all. */
  readonly drawn: readonly Drawn[];
}

export interface TopRow {
  readonly length: number;
  readonly tokens: number[];
  readonly logits: number[];
  readonly logSumExp: number;
}

export interface Drawn {
  readonly topK: number;
  readonly seed: number;
  readonly tokens: readonly number[];
}

export const WINDOW = 256;
/** The lengths at which a run records logits: in one long run, token by token, and after rewinding. */
const [PREFILL, STEPS, BACK, AGAIN] = [60, 2, 20, 50];
/** The lengths at which it records the largest logits, and how many. */
const TOP_AT = [54, PREFILL];
export const TOP = 5;
/** Tokens of a prompt, beyond the input of an encoder–decoder, and of a text drawn behind it. */
const [DRAWN_FROM, DRAWN] = [30, 6];
/** The same seed twice, and another. */
const SEEDS = [7, 7, 8];
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
  const { ort } = await loadBackend(options.device, options.threads, options.wasmFolder);
  const returned = countReturned(ort);
  const decoder = await loadDecoder(location, { ...options, window: WINDOW });
  open.push(decoder);
  const { runtime } = decoder;
  const cache = runtime.newCache({ window: WINDOW });
  const rows: { length: number; logits: number[] }[] = [];
  const run = async (end: number, wanted: readonly number[]) => {
    const first = cache.length;
    const found = await runtime.run({ ids: tokens.slice(first, end), rows: wanted.map((length) => length - first - 1) }, cache);
    for (const [i, { logits }] of found.entries()) rows.push({ length: wanted[i] as number, logits: [...logits] });
  };
  await run(PREFILL, [1, 31, 32, ...TOP_AT]);
  for (let step = 1; step <= STEPS; step++) await run(PREFILL + step, [PREFILL + step]);
  cache.truncate(BACK);
  let before = returned.bytes;
  await run(AGAIN, [AGAIN]);
  const ofRow = returned.bytes - before;
  before = returned.bytes;
  const last = { ids: tokens.slice(AGAIN, PREFILL), rows: TOP_AT.map((length) => length - AGAIN - 1) };
  const tops = await runtime.runTop?.(last, cache, TOP);
  const ofTops = returned.bytes - before;
  if (!tops) await runtime.run(last, cache);
  // Twice before the next run, and once from the first slot.
  if (runtime.canDiscard) {
    cache.discard({ start: 4, end: 24 });
    cache.discard({ start: 0, end: 3 });
  }
  const shifted = runtime.canDiscard && (await logitsOf(runtime, { ids: tokens.slice(0, 3), rows: [2] }, cache));
  cache.dispose();
  const steered = options.steers && (await runSteered(decoder, tokens));
  return {
    device: decoder.device,
    notes: decoder.notes,
    rows,
    ...(shifted && { shifted: [...shifted] }),
    ...(steered && { steered }),
    ...(tops && { tops: tops.map((top, i) => topRow(TOP_AT[i] as number, top)) }),
    returned: { row: ofRow, tops: ofTops },
    drawn: await drawAll(decoder, tokens.slice(0, DRAWN_FROM)),
  };
}

function topRow(length: number, { tokens, logits, logSumExp }: TopLogits): TopRow {
  return { length, tokens: [...tokens], logits: [...logits], logSumExp };
}

async function drawAll(decoder: Decoder, prompt: readonly number[]): Promise<Drawn[]> {
  const all: Drawn[] = [];
  for (const topK of [20, 0]) {
    for (const seed of SEEDS) {
      const session = decoder.newSession();
      const tokens: number[] = [];
      const sampling = { temperature: 1, topK, topP: 1, seed };
      const options = { maxTokens: DRAWN, sampling, stopTokens: new Set<number>() };
      for await (const { token } of generate(session, prompt, options)) tokens.push(token);
      session.evict();
      all.push({ topK, seed, tokens });
    }
  }
  return all;
}

async function runSteered({ runtime, config }: Decoder, tokens: readonly number[]): Promise<DeviceRun['steered']> {
  const first = tokens.slice(0, STEERED - 1);
  const last = { ids: tokens.slice(STEERED - 1, STEERED), rows: [0] };
  const under = async (steering?: Steering): Promise<number[]> => {
    const cache = runtime.newCache({ window: WINDOW, ...(steering && { steering }) });
    await runtime.run({ ids: first, rows: [0] }, cache);
    const logits = [...(await logitsOf(runtime, last, cache))];
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
