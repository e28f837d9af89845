import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** The share of all memory that macOS can provide: it reports only idle memory as free, and makes room by compression. */
const MACOS_SHARE = 0.75;

/**
 * Bytes of memory that can be allocated without making the machine swap, by the system's figures and the limits of the container this
 * runs in. Memory that only caches files counts as free.
 * @param platform and how its files are read, for tests
 */
export function freeMemory(platform: NodeJS.Platform = process.platform, read: Read = readText): number {
  if (platform === 'darwin') return MACOS_SHARE * totalmem();
  if (platform !== 'linux') return freemem();
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1];
  const free = available === undefined ? freemem() : 1024 * Number(available);
  return Math.min(free, containerMemory(read) ?? free);
}

type Read = (path: string) => string | undefined;

const GROUPS = '/sys/fs/cgroup';

/** What is left of the limits of this process's control groups, version 2 or 1; undefined where there are none. */
function containerMemory(read: Read): number | undefined {
  const left = [...ownGroups(read)].map((group) =>
    leftOf(read, [`${group}/memory.max`, `${group}/memory.current`, `${group}/memory.stat`], /^file (\d+)$/m),
  );
  const old = `${GROUPS}/memory`;
  left.push(
    leftOf(read, [`${old}/memory.limit_in_bytes`, `${old}/memory.usage_in_bytes`, `${old}/memory.stat`], /^total_cache (\d+)$/m),
  );
  const known = left.filter((bytes) => bytes !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** The group of this process and those around it: each may have a limit. In a container its own is the root. */
function* ownGroups(read: Read): Generator<string> {
  const parts = (/^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/').split('/').filter(Boolean);
  for (let depth = parts.length; depth >= 0; depth--) yield [GROUPS, ...parts.slice(0, depth)].join('/');
}

function leftOf(
  read: Read,
  [limitFile, usedFile, statistics]: [string, string, string],
  cachePattern: RegExp,
): number | undefined {
  const limit = Number.parseInt(read(limitFile) ?? '', 10); // `max` is no number
  const used = Number.parseInt(read(usedFile) ?? '', 10);
  const cached = Number(cachePattern.exec(read(statistics) ?? '')?.[1] ?? 0);
  return Number.isFinite(limit) && Number.isFinite(used) ? Math.max(0, limit - used + cached) : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
