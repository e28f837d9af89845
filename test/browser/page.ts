/** The engine in a page: it runs what a test asks for. */
import * as ort from 'onnxruntime-web/jspi';
import { loadDecoder } from '../../engine/generate/languageModel.ts';
import type { Precision } from '../../engine/generate/lowering.ts';
import type { Decoder } from '../../engine/generate/model.ts';
import type { ModelLocation } from '../../engine/model/location.ts';
import type { Device } from '../../engine/runtime/backend.ts';
import { type DeviceRun, runOnDevice, WINDOW } from './deviceSuite.ts';
import { openFetchFolder } from './fetchFolder.ts';

export interface PageRequest {
  /** Address of the model's folder, ending in `/`. */
  readonly url: string;
  readonly device: Device;
  readonly precision: Precision;
  readonly steers?: true;
  readonly tokens: readonly number[];
}

const open: Decoder[] = [];

function locationOf(url: string): ModelLocation {
  return { kind: 'folder', path: url, folder: openFetchFolder(url), reopen: async () => locationOf(url) };
}

async function run({ url, tokens, ...how }: PageRequest): Promise<DeviceRun> {
  const location = locationOf(url);
  return runOnDevice(location, tokens, { ...how, threads: 1, wasmFolder: new URL('/onnxruntime/', url).href }, open);
}

/** Results after the GPU was lost in the middle of a timeline. */
export interface LostRun {
  readonly device: string;
  /** Logits of the timeline's last token. */
  readonly logits: number[];
  /** The notes that the status would show, in order. */
  readonly told: readonly { readonly device: Device; readonly note: string }[];
}

/** Simulates the loss of the GPU by its driver after a part of the tokens was run, then runs the others. */
async function runAndLose({ url, device, precision, tokens }: PageRequest, times: number): Promise<LostRun> {
  const told: { device: Device; note: string }[] = [];
  const location = locationOf(url);
  const decoder = await loadDecoder(location, {
    device,
    precision,
    threads: 1,
    window: WINDOW,
    wasmFolder: new URL('/onnxruntime/', url).href,
    onDeviceChange: (now, note) => told.push({ device: now, note }),
  });
  const session = decoder.newSession();
  await session.sync(tokens.slice(0, 20));
  let logits: Float32Array = new Float32Array();
  for (let time = 0; time < times; time++) {
    (await (ort.env.webgpu.device as Promise<{ destroy(): void }>)).destroy();
    logits = await session.step(tokens[20 + time] as number);
  }
  await decoder.dispose();
  return { device: decoder.device, logits: [...logits], told };
}

Object.assign(globalThis, { run, runAndLose });
