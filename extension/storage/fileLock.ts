import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { PaddockError } from '../../engine/index.ts';

/** An older lock was left by a process that died: what it protects takes only milliseconds. */
const STALE_MS = 10_000;
/** How long to wait for others, and between two attempts. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 20;

/** A lock that is held. */
export interface HeldLock {
  /** Whether it is still held: a holder that takes too long may lose it to another. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Takes a lock between processes: a file that only one of them can create.
 * @param file of the lock; its folder exists
 * @throws PaddockError `runtime` when others hold it for seconds, or the folder cannot be written
 */
export async function takeLock(file: string): Promise<HeldLock> {
  const token = randomUUID();
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await writeFile(file, token, { flag: 'wx' });
      break;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw new PaddockError('runtime', `The lock ${file} cannot be written.`, { cause: error });
    }
    await removeIfStale(file, token);
    if (Date.now() > end)
      throw new PaddockError('runtime', `The lock ${file} is held by another window. It is tried again later.`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (1 + Math.random())));
  }
  const isHeld = async () => (await readFile(file, 'utf8').catch(() => '')) === token;
  return { isHeld, release: async () => void ((await isHeld()) && (await rm(file, { force: true }))) };
}

/** It is moved away before it is removed, so that only one of several processes that find it stale removes it. */
async function removeIfStale(file: string, token: string): Promise<void> {
  const age = await stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age < STALE_MS) return;
  const aside = `${file}.${token}`;
  await rename(file, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Whether an error is one of the file system, of a kind. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
