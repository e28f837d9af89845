import type { Device } from '../runtime/backend.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { runTop } from '../runtime/topLogits.ts';

/** How a model ran on a device. `trying` is what remains of a try that failed, or that ended with the process. */
export type DeviceRecord =
  | {
      readonly state: 'trying';
      readonly tries: number;
    }
  | {
      readonly state: 'measured';
      /** Tokens of a second. */
      readonly prefill: number;
      readonly decode: number;
    };

export type DeviceRecordsOfModel = Partial<Record<Device, DeviceRecord>>;

/** Remembers how models ran on the devices of this machine, so that each is measured once. */
export interface DeviceRecords {
  /** @param model what it is known by @returns without the tries that another process is about */
  read(model: string): Promise<DeviceRecordsOfModel>;
  /** @param record undefined forgets the device */
  write(model: string, device: Device, record: DeviceRecord | undefined): Promise<void>;
}

/** What stands in place of a model before a GPU was found. */
export const PROBE = 'GPU';

/** A process may also be stopped from outside while a device is tried, so a single unfinished try does not count against the device. */
const MOST_TRIES = 2;

const PROMPT = 64;
const STEPS = 8;

/** Tokens read and written by a typical request. */
const READ = 256;
const WRITTEN = 32;

/** The record to leave while a try is under way, in case it never ends; undefined if the device need not or must not be tried. */
export function nextTry(record: DeviceRecord | undefined): DeviceRecord | undefined {
  if (!record) return { state: 'trying', tries: 1 };
  if (record.state === 'measured' || record.tries >= MOST_TRIES) return undefined;
  return { state: 'trying', tries: record.tries + 1 };
}

/** Seconds that a typical request takes; undefined if no try was completed. */
export function secondsOf(record: DeviceRecord | undefined): number | undefined {
  return record?.state === 'measured' ? READ / record.prefill + WRITTEN / record.decode : undefined;
}

/** Whether `auto` has to look for the GPU: it is still to be tried, or it is the fastest. Otherwise it is better not touched. */
export function mayTakeGpu({ webgpu, cpu, wasm }: DeviceRecordsOfModel): boolean {
  if (nextTry(webgpu)) return true;
  const time = secondsOf(webgpu);
  return time !== undefined && [cpu, wasm].every((other) => time < (secondsOf(other) ?? Infinity));
}

/**
 * Measures a model's speed: a short prefill and a few single tokens, each once before the clock runs, because the first run on a device
 * compiles its kernels.
 * @param answerStart of an encoder–decoder: its prefill is an input and this token
 * @throws PaddockError `runtime`
 */
export async function measure(runtime: ModelRuntime, answerStart?: number): Promise<DeviceRecord> {
  const cache = runtime.newCache({ window: PROMPT + STEPS });
  const tokens = Array.from({ length: PROMPT }, (_, i) => i % runtime.vocabularySize);
  const ids = answerStart === undefined ? tokens : [...tokens.filter((id) => id !== answerStart), answerStart];
  const prefill = () => runtime.run({ ids, rows: [ids.length - 1] }, cache);
  const step = () => runTop(runtime, { ids: [0], rows: [0] }, cache, 1);
  try {
    await prefill();
    await step();
    cache.truncate(0);
    const seconds = async (action: () => Promise<unknown>) => {
      const started = performance.now();
      await action();
      return Math.max(performance.now() - started, 1e-3) / 1000;
    };
    const reading = await seconds(prefill);
    const writing = await seconds(async () => {
      for (let count = 0; count < STEPS; count++) await step();
    });
    return { state: 'measured', prefill: ids.length / reading, decode: STEPS / writing };
  } finally {
    cache.dispose();
  }
}
