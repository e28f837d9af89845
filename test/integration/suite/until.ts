import { holdsWithin } from '../../support/until.ts';
import { inWindow } from './say.ts';

/**
 * Waits until a condition holds.
 * @param what named in the error, such as "the status to be ready"
 * @param patience in ms
 * @throws Error if it does not hold in time, with a description of the window
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  if (await holdsWithin(holds, patience)) return;
  throw new Error(`Waited ${patience} ms in vain for ${what}.${await inWindow()}`);
}
