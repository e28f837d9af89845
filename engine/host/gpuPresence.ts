import { readdirSync } from 'node:fs';

/** Device files of GPUs on Linux: of the kernel's own drivers, of NVIDIA's, of Windows' under WSL. */
const GPU_FILES = /^(dri|nvidia\d+|dxg)$/;

/**
 * Whether it is worth looking for a GPU. On Linux one without a device file does not exist, and the search for it is slow and talkative.
 * @param devices names in `/dev`, for tests
 */
export function mayHaveGpu(
  platform: NodeJS.Platform = process.platform,
  devices: () => readonly string[] = deviceFiles,
): boolean {
  return platform !== 'linux' || devices().some((name) => GPU_FILES.test(name));
}

function deviceFiles(): readonly string[] {
  try {
    return readdirSync('/dev');
  } catch {
    return [];
  }
}
