/**
 * Waits until the typing may have paused.
 * @param ms how long, in milliseconds; 0 does not even leave the current task
 * @returns true after the wait, false as soon as the signal is aborted
 */
export async function debounce(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms > 0 && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
  return !signal.aborted;
}
