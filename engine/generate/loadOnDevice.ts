import { isPaddockError, throwIfCancelled } from '../errors.ts';
import { buildDecoder } from '../graph/decoder.ts';
import { whyNotWebGpu } from '../graph/groupQueryAttention.ts';
import { type Checkpoint, countParameters, fileBytes } from '../model/checkpoint.ts';
import { type Backend, DEVICE_NAMES, type Device, loadBackend, possibleDevices } from '../runtime/backend.ts';
import { DecoderRuntime } from '../runtime/decoderRuntime.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { GpuDecoderRuntime } from '../runtime/webgpu/gpuDecoderRuntime.ts';
import { RecoveringRuntime } from '../runtime/webgpu/recoveringRuntime.ts';
import { convert } from './conversion.ts';
import { decoderOver } from './decoderOver.ts';
import { type DeviceRecord, measure, nextTry, secondsOf } from './deviceRecords.ts';
import { chooseLowering } from './lowering.ts';
import { decoderMemory, type MemoryEstimate, openingWindow } from './memory.ts';
import type { Decoder, LoadOptions } from './model.ts';
import { otherImages } from './otherImages.ts';

/** Part of the window that a model is loaded with again when the GPU was lost: too little memory is the usual reason. */
const SMALLER_WINDOW = 0.5;

/** What loading needs in addition for a model that can be reopened. */
type DecoderOptions = LoadOptions & {
  /** Reopens the checkpoint, for another graph. */
  readonly reopen?: () => Promise<Checkpoint>;
};

/** A decoder made ready for one device: its graph is built, its weights are converted. It can be loaded more than once. */
interface Prepared {
  readonly backend: Backend;
  readonly window: number;
  memory(window: number): MemoryEstimate;
  /** @throws PaddockError `runtime` */
  load(): Promise<ModelRuntime>;
}

/**
 * Loads a decoder: on the requested device, on the next best one if that cannot run it, or on the fastest. While it runs on a GPU its
 * source stays open, and {@link Decoder.dispose} closes it: when the GPU is lost, weights may have to be read again.
 * @throws PaddockError `not-enough-memory`, `runtime`, `cancelled`; nothing stays loaded
 */
export async function loadOnDevice(checkpoint: Checkpoint, options: DecoderOptions): Promise<Decoder> {
  const notes: string[] = [];
  let held = false;
  const beforeLoading = async () => {
    if (!held) await options.beforeLoading?.();
    held = true;
  };
  const once = { ...options, beforeLoading };
  const device = await chooseDevice(checkpoint, once, notes);
  const prepared = await prepare(checkpoint, device, once);
  const { backend, window, memory } = prepared;
  notes.unshift(...backend.notes);
  await beforeLoading();
  options.onProgress?.('loading', 0);
  const isGpu = backend.device === 'webgpu';
  const runtime = isGpu ? await recovering(prepared, checkpoint, options) : await prepared.load();
  const decoder = decoderOver(runtime, {
    config: checkpoint.config,
    parameters: countParameters(checkpoint.source),
    window,
    memory,
    device: backend.device,
    notes,
  });
  const dispose = async () => {
    await decoder.dispose();
    if (isGpu) await checkpoint.source.close();
  };
  return { ...decoder, dispose };
}

async function prepare(checkpoint: Checkpoint, device: 'auto' | Device, options: DecoderOptions): Promise<Prepared> {
  const { config, source, weights } = checkpoint;
  const { threads, onProgress, signal } = options;
  const backend = await loadBackend(device, threads, options.wasmFolder);
  throwIfCancelled(signal);
  onProgress?.('reading', 0);
  const lowering = chooseLowering(backend.device, options.precision, {
    adapter: backend.adapter,
    floatBytes: 4 * countParameters(source),
  });
  const graph = await buildDecoder(config, weights, lowering);
  const memory = (tokens: number) => decoderMemory(config, graph.weights, tokens, backend.device);
  const window = openingWindow(config.contextLength, options, memory);
  const image = await convert(source, graph, backend.device, options);
  throwIfCancelled(signal);
  const { adapter } = backend;
  const { reopen } = options;
  const images = reopen && otherImages(reopen, { lowering, device: backend.device, image, options });
  return {
    backend,
    window,
    memory,
    load: () =>
      adapter
        ? GpuDecoderRuntime.create(config, image, backend, {
            longestRun: adapter.longestRun,
            halfPrecision: lowering.halfPrecision ?? false,
            ...(images && { images }),
          })
        : DecoderRuntime.create(config, image, backend, threads, images),
  };
}

/** A model on the GPU. If the GPU is lost, the model is reloaded with a smaller window, and on the next device if that fails, too. */
async function recovering(prepared: Prepared, checkpoint: Checkpoint, options: DecoderOptions): Promise<RecoveringRuntime> {
  let device: Device = 'webgpu';
  const again = { windowShare: SMALLER_WINDOW, open: () => prepared.load() };
  const next = {
    windowShare: 1,
    async open() {
      const { signal: _, onProgress: __, ...quiet } = options;
      const other = await prepare(checkpoint, 'auto', quiet);
      const runtime = await other.load();
      device = other.backend.device;
      return runtime;
    },
  };
  return new RecoveringRuntime(await prepared.load(), [again, next], () => {
    const how =
      device === 'webgpu' ? `with a window of ${Math.floor(prepared.window * SMALLER_WINDOW)} tokens` : DEVICE_NAMES[device];
    options.onDeviceChange?.(device, `The GPU was lost. The model was loaded again: ${how}.`);
  });
}

/** @param notes why no better device is used */
async function chooseDevice(checkpoint: Checkpoint, options: DecoderOptions, notes: string[]): Promise<'auto' | Device> {
  const { device: wish, records } = options;
  const isMeasured = wish === 'auto' && records !== undefined;
  if (wish !== 'webgpu' && !isMeasured) return wish;
  const reason = whyNotWebGpu(checkpoint.config);
  if (reason) {
    if (wish === 'webgpu') notes.push(`${reason}; it runs on another device.`);
    return 'auto';
  }
  return wish === 'webgpu' ? wish : fastest(checkpoint, options, notes);
}

/** Measures the model on each device not measured before. A device that failed, or ended the process, is not tried after the second time. */
async function fastest(checkpoint: Checkpoint, options: DecoderOptions, notes: string[]): Promise<'auto' | Device> {
  const { records, signal, precision = 'fast' } = options;
  if (!records) return 'auto';
  const model = `${checkpoint.source.path} ${fileBytes(checkpoint.source)} ${precision}`;
  const gpu = await loadBackend('webgpu', options.threads, options.wasmFolder).catch((error: Error) => error);
  if (gpu instanceof Error) {
    notes.push(gpu.message);
    return 'auto';
  }
  const known = await records.read(model);
  const seconds = new Map<Device, number>();
  for (const device of possibleDevices()) {
    // WebAssembly is never faster than the native library.
    if (device === 'wasm' && seconds.has('cpu')) continue;
    throwIfCancelled(signal);
    try {
      const trying = nextTry(known[device]);
      const time = secondsOf(trying ? await tried(checkpoint, device, options, model, trying) : known[device]);
      if (time !== undefined) seconds.set(device, time);
      else notes.push(`${DEVICE_NAMES[device]} is not used: it failed when it was tried.`);
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
  checkpoint: Checkpoint,
  device: Device,
  options: DecoderOptions,
  model: string,
  trying: DeviceRecord,
): Promise<DeviceRecord> {
  const prepared = await prepare(checkpoint, device, options);
  await options.beforeLoading?.();
  await options.records?.write(model, device, trying);
  const runtime = await prepared.load();
  try {
    const record = await measure(runtime);
    await options.records?.write(model, device, record);
    return record;
  } finally {
    await runtime.dispose();
  }
}
