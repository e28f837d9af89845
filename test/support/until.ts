/**
 * Waits until a condition holds.
 * @param what named in the error, such as "the status to be ready"
 * @param patience in ms
 * @throws Error when it does not hold in time
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  if (!(await holdsWithin(holds, patience))) throw new Error(`Waited ${patience} ms in vain for ${what}.`);
}

/**
 * Waits until a condition holds.
 * @param patience in ms
 * @returns whether it came to hold in that time
 */
export async function holdsWithin(holds: () => boolean | Promise<boolean>, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
