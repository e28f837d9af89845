import { readFileSync } from 'node:fs';

/** Largest resident set of this process so far, bytes. Linux's getrusage inherits the parent's at a fork, /proc does not. */
export function peakBytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return 1024 * Number(kibibytes);
}
