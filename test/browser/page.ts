/** The engine in a page: what a test asks it to run. */
import type { Precision } from '../../engine/generate/lowering.ts';
import type { Decoder } from '../../engine/generate/model.ts';
import type { Device } from '../../engine/runtime/backend.ts';
import { openFetchFolder } from '../../engine/storage/fetchFolder.ts';
import { type DeviceRun, runOnDevice } from './deviceSuite.ts';

export interface PageRequest {
  /** Of the model's folder, ending in `/`. */
  readonly url: string;
  readonly device: Device;
  readonly precision: Precision;
  readonly tokens: readonly number[];
}

const open: Decoder[] = [];

async function run({ url, device, precision, tokens }: PageRequest): Promise<DeviceRun> {
  const location = { kind: 'folder', path: url, folder: openFetchFolder(url) } as const;
  return runOnDevice(location, tokens, { device, precision, threads: 1, wasmFolder: new URL('/onnxruntime/', url).href }, open);
}

Object.assign(globalThis, { run });
