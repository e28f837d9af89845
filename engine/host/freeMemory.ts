import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** The share of all memory that macOS can be asked for: it reports as free only what lies idle, and makes room by compression. */
const MACOS_SHARE = 0.75;

/**
 * Bytes of memory that can be taken without driving the machine into swapping, by what the system says and the limit of the
 * container this runs in. Memory that only caches files counts as free.
 * @param platform and how its files are read, for tests
 */
export function freeMemory(
  platform: NodeJS.Platform = process.platform,
  read: (path: string) => string | undefined = readText,
): number {
  if (platform === 'darwin') return MACOS_SHARE * totalmem();
  if (platform !== 'linux') return freemem();
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1];
  const free = available === undefined ? freemem() : 1024 * Number(available);
  return Math.min(free, containerMemory(read) ?? free);
}

/** What is left of the limit of a control group, version 2 or 1; undefined where there is none. */
function containerMemory(read: (path: string) => string | undefined): number | undefined {
  const group = '/sys/fs/cgroup';
  const files = [
    [`${group}/memory.max`, `${group}/memory.current`, `${group}/memory.stat`, /^file (\d+)$/m],
    [
      `${group}/memory/memory.limit_in_bytes`,
      `${group}/memory/memory.usage_in_bytes`,
      `${group}/memory/memory.stat`,
      /^total_cache (\d+)$/m,
    ],
  ] as const;
  for (const [limitFile, usedFile, statistics, cachePattern] of files) {
    const limit = Number.parseInt(read(limitFile) ?? '', 10); // `max` is no number
    const used = Number.parseInt(read(usedFile) ?? '', 10);
    const cached = Number(cachePattern.exec(read(statistics) ?? '')?.[1] ?? 0);
    if (Number.isFinite(limit) && Number.isFinite(used)) return Math.max(0, limit - used + cached);
  }
  return undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
