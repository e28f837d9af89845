import { isPaddockError, throwIfCancelled } from '../errors.ts';
import { type Backend, DEVICE_NAMES, type Device, loadBackend, possibleDevices } from '../runtime/backend.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { RecoveringRuntime } from '../runtime/webgpu/recoveringRuntime.ts';
import { decoderOver } from './decoderOver.ts';
import { type DeviceRecord, type DeviceRecords, mayTakeGpu, measure, nextTry, PROBE, secondsOf } from './deviceRecords.ts';
import type { MemoryEstimate } from './memory.ts';
import type { Decoder, LoadOptions, ModelConfig, OpenedModel } from './model.ts';

/** Part of the window that a model is loaded with again when the GPU was lost: too little memory is the usual reason. */
const SMALLER_WINDOW = 0.5;

/** A model made ready for one device: its graphs are built, its weights are converted. It can be loaded more than once. */
export interface Prepared {
  readonly window: number;
  memory(window: number): MemoryEstimate;
  /** @throws PaddockError `runtime` */
  load(): Promise<ModelRuntime>;
}

/** A model of any format, as far as choosing its device goes. */
export interface Loadable {
  readonly path: string;
  /** Bytes of the files with its weights. */
  readonly fileBytes: number;
  readonly config: ModelConfig;
  readonly parameters: number;
  /** Why it cannot run on WebGPU, in words for people; undefined where it can. */
  whyNotWebGpu(): Promise<string | undefined>;
  /** @throws PaddockError `not-enough-memory`, `runtime`, `cancelled` */
  prepare(backend: Backend, options: LoadOptions): Promise<Prepared>;
  close(): Promise<void>;
}

/**
 * Loading of an open model, and closing it. A model that runs on a GPU stays open until its decoder is disposed of: when the GPU is lost,
 * weights may have to be read again.
 */
export function loadingOf(model: Loadable): Pick<OpenedModel, 'load' | 'close'> {
  let isHeld = false;
  return {
    async load(options) {
      const decoder = await loadOnDevice(model, options);
      isHeld = decoder.device === 'webgpu';
      return decoder;
    },
    async close() {
      if (!isHeld) await model.close();
    },
  };
}

/**
 * Loads a model: on the requested device, on the next best one if that cannot run it, or on the fastest.
 * @throws PaddockError `not-enough-memory`, `runtime`, `cancelled`; nothing stays loaded
 */
async function loadOnDevice(model: Loadable, options: LoadOptions): Promise<Decoder> {
  const notes: string[] = [];
  let held = false;
  const beforeLoading = async () => {
    if (!held) await options.beforeLoading?.();
    held = true;
  };
  const once = { ...options, beforeLoading };
  const { backend, ...prepared } = await prepare(model, await chooseDevice(model, once, notes), once);
  const { window, memory } = prepared;
  notes.unshift(...backend.notes);
  await beforeLoading();
  options.onProgress?.('loading', 0);
  const isGpu = backend.device === 'webgpu';
  const runtime = isGpu ? await recovering(prepared, model, options) : await prepared.load();
  const { config, parameters } = model;
  const decoder = decoderOver(runtime, { config, parameters, window, memory, device: backend.device, notes });
  const dispose = async () => {
    await decoder.dispose();
    if (isGpu) await model.close();
  };
  return { ...decoder, dispose };
}

async function prepare(
  model: Loadable,
  device: 'auto' | Device,
  options: LoadOptions,
): Promise<Prepared & { readonly backend: Backend }> {
  const backend = await loadBackend(device, options.threads, options.wasmFolder);
  throwIfCancelled(options.signal);
  options.onProgress?.('reading', 0);
  const prepared = await model.prepare(backend, options);
  throwIfCancelled(options.signal);
  return { ...prepared, backend };
}

/** A model on the GPU. If the GPU is lost, the model is reloaded with a smaller window, and on the next device if that fails, too. */
async function recovering(prepared: Prepared, model: Loadable, options: LoadOptions): Promise<RecoveringRuntime> {
  let device: Device = 'webgpu';
  const again = { windowShare: SMALLER_WINDOW, open: () => prepared.load() };
  const next = {
    windowShare: 1,
    async open() {
      const { signal: _, onProgress: __, ...quiet } = options;
      const other = await prepare(model, 'auto', quiet);
      const runtime = await other.load();
      device = other.backend.device;
      return runtime;
    },
  };
  return new RecoveringRuntime(await loadOnGpu(prepared, model, options), [again, next], () => {
    const how =
      device === 'webgpu' ? `with a window of ${Math.floor(prepared.window * SMALLER_WINDOW)} tokens` : DEVICE_NAMES[device];
    options.onDeviceChange?.(device, `The GPU was lost. The model was loaded again: ${how}.`);
  });
}

/** The first load. Where `auto` has chosen the GPU, a try is recorded meanwhile: since it was measured, the driver may have changed. */
async function loadOnGpu(prepared: Prepared, model: Loadable, options: LoadOptions): Promise<ModelRuntime> {
  const { records, device } = options;
  const key = keyOf(model, options);
  const measured = device === 'auto' ? (await records?.read(key))?.webgpu : undefined;
  if (measured) await records?.write(key, 'webgpu', nextTry(undefined));
  const runtime = await prepared.load();
  if (measured) await records?.write(key, 'webgpu', measured);
  return runtime;
}

/** What a model's records are kept under. */
function keyOf({ path, fileBytes }: Loadable, { precision = 'fast' }: LoadOptions): string {
  return `${path} ${fileBytes} ${precision}`;
}

/** @param notes why no better device is used */
async function chooseDevice(model: Loadable, options: LoadOptions, notes: string[]): Promise<'auto' | Device> {
  const { device: wish, records } = options;
  const isMeasured = wish === 'auto' && records !== undefined;
  if (wish !== 'webgpu' && !isMeasured) return wish;
  const reason = await model.whyNotWebGpu();
  if (reason) {
    if (wish === 'webgpu') notes.push(`${reason}; it runs on another device.`);
    return 'auto';
  }
  return wish === 'webgpu' ? wish : fastest(model, options, notes);
}

/** Measures the model on each device not measured before. A device that failed, or ended the process, is not tried after the second time. */
async function fastest(model: Loadable, options: LoadOptions, notes: string[]): Promise<'auto' | Device> {
  const { records, signal } = options;
  if (!records) return 'auto';
  const key = keyOf(model, options);
  const known = await records.read(key);
  if (mayTakeGpu(known) && !(await findGpu(records, options, notes))) return 'auto';
  const seconds = new Map<Device, number>();
  for (const device of possibleDevices()) {
    // WebAssembly is never faster than the native library.
    if (device === 'wasm' && seconds.has('cpu')) continue;
    throwIfCancelled(signal);
    try {
      const trying = nextTry(known[device]);
      const time = secondsOf(trying ? await tried(model, device, options, key, trying) : known[device]);
      if (time !== undefined) seconds.set(device, time);
      else notes.push(notUsed(device));
    } catch (error) {
      if (!isPaddockError(error, 'runtime') && !isPaddockError(error, 'not-enough-memory')) throw error;
      notes.push(`${DEVICE_NAMES[device]}: ${error.message}`);
    }
  }
  const [best] = [...seconds].sort(([, a], [, b]) => a - b);
  const figures = [...seconds].map(([device, time]) => `${DEVICE_NAMES[device]} ${time.toFixed(2)} s`);
  if (figures.length > 1) notes.push(`A typical request takes: ${figures.join(', ')}.`);
  return best?.[0] ?? 'auto';
}

/**
 * Looks for a GPU. A driver may end the process as early as that, so a try is recorded meanwhile.
 * @param notes why there is none
 */
async function findGpu(records: DeviceRecords, { threads, wasmFolder }: LoadOptions, notes: string[]): Promise<boolean> {
  const trying = nextTry((await records.read(PROBE)).webgpu);
  if (!trying) {
    notes.push(notUsed('webgpu'));
    return false;
  }
  await records.write(PROBE, 'webgpu', trying);
  const gpu = await loadBackend('webgpu', threads, wasmFolder).catch((error: Error) => error);
  await records.write(PROBE, 'webgpu', undefined); // the process is still there
  if (gpu instanceof Error) notes.push(gpu.message);
  return !(gpu instanceof Error);
}

function notUsed(device: Device): string {
  const why = `${DEVICE_NAMES[device]} is not used: it failed or ended the engine each time it was tried.`;
  return `${why} To try it again, set the device to "${device}".`;
}

/** @param trying the record kept until the try has ended */
async function tried(
  model: Loadable,
  device: Device,
  options: LoadOptions,
  key: string,
  trying: DeviceRecord,
): Promise<DeviceRecord> {
  const prepared = await prepare(model, device, options);
  await options.beforeLoading?.();
  await options.records?.write(key, device, trying);
  const runtime = await prepared.load();
  try {
    const record = await measure(runtime, model.config.answerStart);
    await options.records?.write(key, device, record);
    return record;
  } finally {
    await runtime.dispose();
  }
}
