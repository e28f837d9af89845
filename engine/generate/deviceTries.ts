import { type Backend, DEVICE_NAMES, type Device, loadBackend, versionOf } from '../runtime/backend.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { runTop } from '../runtime/topLogits.ts';
import { type DeviceRecords, nextTry, PROBE } from './deviceRecords.ts';
import type { LoadOptions, OpenedModel } from './model.ts';

/**
 * What a model's records are kept under: all that its speed depends on, so that what is outdated is never found.
 * @param backend any of this process
 */
export function keyOf(
  { path, fileBytes }: Pick<OpenedModel, 'path' | 'fileBytes'>,
  { precision = 'fast', threads }: LoadOptions,
  backend: Backend,
): string {
  return `${path} ${fileBytes} ${precision} ${threads} ${versionOf(backend)}`;
}

/**
 * Looks for a GPU. A driver may end the process as early as that, so a try is recorded meanwhile.
 * @param backend any of this process
 * @param notes why there is none
 */
export async function findGpu(
  records: DeviceRecords,
  backend: Backend,
  { threads, wasmFolder }: LoadOptions,
  notes: string[],
): Promise<boolean> {
  const key = probeKey(backend);
  const trying = nextTry((await records.read(key)).webgpu);
  if (!trying) {
    notes.push(notUsed('webgpu'));
    return false;
  }
  await records.write(key, 'webgpu', trying);
  const gpu = await loadBackend('webgpu', threads, wasmFolder).catch((error: Error) => error);
  await records.write(key, 'webgpu', undefined); // the process is still there
  if (gpu instanceof Error) notes.push(gpu.message);
  return !(gpu instanceof Error);
}

/** Forgets the tries of {@link findGpu}: a GPU was found. */
export async function forgetProbe(records: DeviceRecords, backend: Backend): Promise<void> {
  const key = probeKey(backend);
  const { webgpu } = await records.read(key);
  if (webgpu) await records.write(key, 'webgpu', undefined);
}

/**
 * Runs a token: drivers compile a model's kernels, and may fail at that, as late as at the first run.
 * @param answerStart of an encoder–decoder
 * @throws PaddockError `runtime`
 */
export async function runToken(runtime: ModelRuntime, answerStart: number | undefined): Promise<void> {
  const cache = runtime.newCache();
  const ids = answerStart === undefined ? [0] : [answerStart === 0 ? 1 : 0, answerStart];
  try {
    await runTop(runtime, { ids, rows: [ids.length - 1] }, cache, 1);
  } finally {
    cache.dispose();
  }
}

/** Why a device is left alone, and what to do. */
export function notUsed(device: Device): string {
  const why = `${DEVICE_NAMES[device]} is not used: it failed or ended the engine each time it was tried.`;
  return `${why} To try it again, set the device to "${device}".`;
}

function probeKey(backend: Backend): string {
  return `${PROBE} ${versionOf(backend)}`;
}
