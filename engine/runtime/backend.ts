import { PaddockError } from '../errors.ts';
import type { Ort } from './ort.ts';
import { type Adapter, probeAdapter } from './webgpu/adapter.ts';

/** Where a model runs: the native library on the CPU, a GPU, or WebAssembly. */
export type Device = 'cpu' | 'webgpu' | 'wasm';

export interface Backend {
  readonly device: Device;
  readonly ort: Ort;
  /** Whether this is a page or a worker of one, where onnxruntime-web runs all devices. */
  readonly isPage: boolean;
  /** The GPU's capabilities; on WebGPU only. */
  readonly adapter?: Adapter;
  /** Why a better device was not taken, in words for the log. */
  readonly notes: readonly string[];
}

/** Names of devices, for messages. */
export const DEVICE_NAMES: Readonly<Record<Device, string>> = {
  cpu: "onnxruntime's native library",
  webgpu: 'WebGPU',
  wasm: "onnxruntime's WebAssembly build",
};

const ADVICE: Readonly<Record<Device, string>> = {
  cpu: 'Set the device to "auto" or "wasm".',
  webgpu: 'Set the device to "auto" or "cpu".',
  wasm: 'Install the extension again.',
};

/** Devices that may exist, best first as long as nothing is known about speed. */
export function possibleDevices(): readonly Device[] {
  return isPage() ? ['webgpu', 'wasm'] : ['cpu', 'webgpu', 'wasm'];
}

/**
 * Loads onnxruntime for a device; for `auto` the native library, or its WebAssembly build where that cannot be loaded.
 * @param threads of one run; WebAssembly fixes them when it starts, so the first caller in a process decides
 * @param wasmFolder where a page finds onnxruntime's WebAssembly files; beside its script unless told
 * @throws PaddockError `runtime` when it cannot be loaded, or finds no GPU
 */
export async function loadBackend(wish: 'auto' | Device, threads: number, wasmFolder?: string): Promise<Backend> {
  const notes: string[] = [];
  for (const device of wish === 'auto' ? possibleDevices().filter((each) => each !== 'webgpu') : [wish]) {
    try {
      const ort = await load(device, threads, wasmFolder);
      const adapter = device === 'webgpu' ? await adapterOf(ort) : undefined;
      return { device, ort, isPage: isPage(), notes, ...(adapter && { adapter }) };
    } catch (error) {
      notes.push(`${DEVICE_NAMES[device]} cannot be used here: ${(error as Error).message}`);
      if (wish !== 'auto') throw new PaddockError('runtime', `${notes[0]}. ${ADVICE[device]}`, { cause: error });
    }
  }
  throw new PaddockError('runtime', `${notes.join('; ')}. Install the extension again.`);
}

/** The version of onnxruntime that runs a backend. */
export function versionOf({ ort }: Pick<Backend, 'ort'>): string {
  const { node, web, common } = ort.env.versions;
  return node ?? web ?? common;
}

/** Backends loaded in this process. */
const adapters = new WeakMap<Ort['env'], Promise<Adapter>>();

function adapterOf(ort: Ort): Promise<Adapter> {
  const found = adapters.get(ort.env) ?? probeAdapter(ort);
  adapters.set(ort.env, found);
  return found;
}

async function load(device: Device, threads: number, wasmFolder: string | undefined): Promise<Ort> {
  if (!isPage() && device !== 'wasm') {
    const ort = await import('onnxruntime-node');
    ort.env.logLevel = 'error';
    return ort;
  }
  const ort = await loadWeb(device);
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  if (wasmFolder !== undefined) ort.env.wasm.wasmPaths = wasmFolder;
  return ort;
}

/** The build for a device. WebGPU builds wait for the GPU: by JSPI if WebAssembly can be suspended, otherwise by rewritten code. */
async function loadWeb(device: Device): Promise<Ort> {
  if (!isPage()) return import('onnxruntime-web');
  if (device === 'wasm') return import('onnxruntime-web/wasm');
  const { WebAssembly: here = {} } = globalThis as { WebAssembly?: object };
  return 'Suspending' in here ? import('onnxruntime-web/jspi') : import('onnxruntime-web/webgpu');
}

function isPage(): boolean {
  return !('process' in globalThis);
}
