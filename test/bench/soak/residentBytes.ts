import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Bytes of memory that a process occupies: its resident set. */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform === 'linux')
    return 1024 * kibibytes(await readFile(`/proc/${pid}/status`, 'utf8'), /^VmRSS:\s+(\d+) kB$/m);
  if (process.platform === 'win32') {
    const query = `(Get-Process -Id ${pid}).WorkingSet64`;
    return Number((await promisify(execFile)('powershell', ['-NoProfile', '-Command', query])).stdout);
  }
  return 1024 * kibibytes((await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])).stdout, /(\d+)/);
}

function kibibytes(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error('The memory of the process cannot be read.');
  return Number(found);
}
