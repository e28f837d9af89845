import { cancelled, isPaddockError, throwIfCancelled } from '../errors.ts';
import { type Backend, DEVICE_NAMES, type Device, loadBackend, possibleDevices } from '../runtime/backend.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { RecoveringRuntime } from '../runtime/webgpu/recoveringRuntime.ts';
import { decoderOver } from './decoderOver.ts';
import { type DeviceRecord, type DeviceRecords, mayTakeGpu, measure, nextTry, secondsOf } from './deviceRecords.ts';
import { findGpu, forgetProbe, keyOf, notUsed, runToken } from './deviceTries.ts';
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
  const prepared = await prepare(model, await chooseDevice(model, once, notes), once);
  const { window, memory, backend } = prepared;
  notes.unshift(...backend.notes);
  await beforeLoading();
  options.onProgress?.('loading', 0);
  const isGpu = backend.device === 'webgpu';
  const runtime = isGpu ? await recovering(prepared, model, options) : await firstLoad(prepared, model, options);
  if (options.signal?.aborted) {
    await runtime.dispose();
    throw cancelled();
  }
  const { config, parameters } = model;
  const { threads } = options;
  const decoder = decoderOver(runtime, { config, parameters, window, memory, device: backend.device, threads, notes });
  const dispose = async () => {
    await decoder.dispose();
    if (isGpu) await model.close();
  };
  return { ...decoder, dispose };
}

interface PreparedFor extends Prepared {
  readonly backend: Backend;
}

async function prepare(model: Loadable, device: 'auto' | Device, options: LoadOptions): Promise<PreparedFor> {
  const backend = await loadBackend(device, options.threads, options.wasmFolder);
  throwIfCancelled(options.signal);
  options.onProgress?.('reading', 0);
  const prepared = await model.prepare(backend, options);
  throwIfCancelled(options.signal);
  return { ...prepared, backend };
}

/** A model on the GPU. If the GPU is lost, the model is reloaded with a smaller window, and on the next device if that fails, too. */
async function recovering(prepared: PreparedFor, model: Loadable, options: LoadOptions): Promise<RecoveringRuntime> {
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
  return new RecoveringRuntime(await firstLoad(prepared, model, options), [again, next], () => {
    const how =
      device === 'webgpu' ? `with a window of ${Math.floor(prepared.window * SMALLER_WINDOW)} tokens` : DEVICE_NAMES[device];
    options.onDeviceChange?.(device, `The GPU was lost. The model was loaded again: ${how}.`);
  });
}

/** The first load, of which the records hear. @throws PaddockError `runtime`; nothing stays loaded */
async function firstLoad(prepared: PreparedFor, model: Loadable, options: LoadOptions): Promise<ModelRuntime> {
  const { backend } = prepared;
  const { device } = backend;
  const { records, device: wish } = options;
  if (!records) return prepared.load();
  const key = keyOf(model, options, backend);
  const known = (await records.read(key))[device];
  // `auto` has chosen the GPU because it was measured, but the driver may have changed since.
  const isTry = wish === 'auto' && device === 'webgpu' && known !== undefined;
  if (isTry) await records.write(key, device, nextTry(undefined));
  const runtime = await prepared.load();
  try {
    if (isTry && (await hasRun(runtime, model))) await records.write(key, device, known);
    if (wish === device && device === 'webgpu') await forgetProbe(records, backend);
    if (wish === device && known?.state === 'trying') await measureAgain(runtime, model, device, key, records);
    return runtime;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

/** Whether a token can be run. Where it cannot, requests will say so, or recover. */
function hasRun(runtime: ModelRuntime, { config }: Loadable): Promise<boolean> {
  return runToken(runtime, config.answerStart).then(
    () => true,
    () => false,
  );
}

/**
 * Lets `auto` take a device that had failed, and was then chosen by hand and works. It is measured before, because a driver may end the
 * process as late as at a run. Where the device only fails, its record stays, and requests say so.
 */
async function measureAgain(
  runtime: ModelRuntime,
  { config }: Loadable,
  device: Device,
  key: string,
  records: DeviceRecords,
): Promise<void> {
  const record = await measure(runtime, config.answerStart).catch(() => undefined);
  if (record) await records.write(key, device, record);
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
  const onCpu = await loadBackend('auto', options.threads, options.wasmFolder);
  const key = keyOf(model, options, onCpu);
  const known = await records.read(key);
  if (mayTakeGpu(known) && !(await findGpu(records, onCpu, options, notes))) return 'auto';
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
