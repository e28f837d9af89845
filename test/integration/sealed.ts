import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finish } from '../vscode/processes.ts';
import type { Attempt } from './networkWatch.cjs';

export interface SealedRun {
  readonly code: number | null;
  readonly output: string;
  /** Attempts of Node code to use the network; all were refused. */
  readonly attempts: readonly Attempt[];
  /**
   * Number of packets without a route, from any code including native libraries; undefined if this user may not create a network namespace.
   */
  readonly refusedByKernel: number | undefined;
}

const watch = path.join(import.meta.dirname, 'networkWatch.cjs');

/** Runs a program between two readings of the kernel's counters, which cover its own network namespace only. */
const betweenReadings =
  'cat /proc/net/snmp /proc/net/snmp6 >"$0.before"; "$@"; code=$?; cat /proc/net/snmp /proc/net/snmp6 >"$0.after"; exit $code';

/**
 * Runs a Node program without network access and records every attempt: by a module that is loaded first, and, where the user may create
 * one, in a network namespace that has no interface.
 * @param watched false leaves out the module, to prove that the kernel's counters work by themselves
 */
export async function runSealed(args: readonly string[], watched = true): Promise<SealedRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-sealed-'));
  try {
    const record = path.join(folder, 'record.jsonl');
    const preload = { NODE_OPTIONS: `--require=${JSON.stringify(watch)}`, PADDOCK_NETWORK_RECORD: record };
    const env = { ...process.env, ...(watched ? preload : {}) };
    const command = [process.execPath, ...args];
    const counters = path.join(folder, 'counters');
    const unshare = await namespace();
    const whole = unshare ? [...unshare, 'sh', '-c', betweenReadings, counters, ...command] : command;
    const { code, output } = await finish(whole[0] as string, whole.slice(1), { env, cwd: folder });
    const lines = watched ? (await readFile(record, 'utf8')).trim().split('\n') : [];
    const attempts = lines.map((line) => JSON.parse(line) as Attempt).filter(({ way }) => way !== 'watching');
    const refused = unshare && (await unroutable(`${counters}.after`)) - (await unroutable(`${counters}.before`));
    return { code, output, attempts, refusedByKernel: refused };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The command by which this user enters a new network namespace: directly as root, else as root of a user namespace; undefined if neither
 * works.
 */
async function namespace(): Promise<readonly string[] | undefined> {
  for (const way of [
    ['unshare', '--net'],
    ['unshare', '--map-root-user', '--net'],
  ]) {
    const { code } = await finish(way[0] as string, [...way.slice(1), 'true']).catch(() => ({ code: 1 }));
    if (code === 0) return way;
  }
  return undefined;
}

/** Sum of the counters OutNoRoutes of IPv4 (names in one line, values in the next) and IPv6 (one in each line). */
async function unroutable(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const [names, values] = lines.filter((line) => line.startsWith('Ip:')).map((line) => line.split(/\s+/));
  const v4 = Number(values?.[names?.indexOf('OutNoRoutes') ?? -1]);
  const v6 = Number(lines.find((line) => line.startsWith('Ip6OutNoRoutes'))?.split(/\s+/)[1] ?? 0);
  if (Number.isNaN(v4 + v6)) throw new Error('The kernel does not count OutNoRoutes.');
  return v4 + v6;
}
