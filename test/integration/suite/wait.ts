/** Waits until a condition holds. @param patience in ms; @returns whether it came to hold in that time */
export async function holdsWithin(holds: () => boolean | Promise<boolean>, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
