import { readFileSync } from 'node:fs';

/**
 * Largest resident set of this process so far, in bytes. It comes from /proc, because Linux's getrusage inherits the parent's peak at a
 * fork.
 */
export function peakBytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return 1024 * Number(kibibytes);
}
