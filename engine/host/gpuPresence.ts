import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';

/** Device files of GPUs on Linux: of the kernel's own drivers, of NVIDIA's, of Windows' under WSL. */
const GPU_FILES = /^(dri|nvidia\d+|dxg)$/;

/**
 * Whether it is worth looking for a GPU. On Linux one without a device file does not exist, and the search for it is slow and talkative.
 * @param devices names in `/dev`, for tests
 */
export function mayHaveGpu(
  platform: NodeJS.Platform = process.platform,
  devices: () => readonly string[] = () => namesIn('/dev'),
): boolean {
  return platform !== 'linux' || devices().some((name) => GPU_FILES.test(name));
}

/**
 * What changes with the GPUs and their drivers, as far as it is known without touching them: the version of the system, with which most
 * drivers come; on Linux the version of NVIDIA's own, and the models of the cards.
 * @param sys the folder in which Linux tells of devices, for tests
 */
export function gpuMark(version: string = release(), sys = '/sys'): string {
  const cards = namesIn(join(sys, 'class/drm')).filter((name) => /^card\d+$/.test(name));
  const told = cards.sort().flatMap((card) => ['vendor', 'device'].map((what) => join('class/drm', card, 'device', what)));
  return [version, ...['module/nvidia/version', ...told].map((path) => textOf(join(sys, path)))].filter(Boolean).join(' ');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
