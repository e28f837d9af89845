import type { ModelInfo } from '../engine/index.ts';

const NAMES: Readonly<Record<ModelInfo['device'], string>> = { cpu: 'CPU', webgpu: 'GPU (WebGPU)', wasm: 'WebAssembly' };

/** The name of a device for people, in any language; unknown ones, counted by another version of Paddock, keep their identifier. */
export function deviceInWords(device: string): string {
  return Object.hasOwn(NAMES, device) ? NAMES[device as keyof typeof NAMES] : device;
}
