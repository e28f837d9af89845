import type { ModelInfo } from '../engine/index.ts';

const NAMES: Readonly<Record<ModelInfo['device'], string>> = { cpu: 'CPU', webgpu: 'GPU (WebGPU)', wasm: 'WebAssembly' };

/** What people call a device, in any language; one that another version of Paddock has counted keeps its name. */
export function deviceInWords(device: string): string {
  return Object.hasOwn(NAMES, device) ? NAMES[device as keyof typeof NAMES] : device;
}
