/** The exit status that shells use for a command ended by Ctrl+C. */
const INTERRUPTED = 130;

/**
 * Runs an action that Ctrl+C asks to end; the second time the process ends at once.
 * @param action is given a signal that is aborted by Ctrl+C
 */
export async function interruptible<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = () => {
    process.exitCode = INTERRUPTED;
    controller.abort();
  };
  process.once('SIGINT', onInterrupt);
  try {
    return await action(controller.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/**
 * Shows progress on stderr: in place on a terminal, otherwise as a line for every tenth.
 * @param what the things counted, such as `figures`
 */
export function showProgress(done: number, total: number, what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kpaddock: ${done} of ${total} ${what}`);
  else if (Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total)) {
    process.stderr.write(`paddock: ${done} of ${total} ${what}\n`);
  }
}

/** Clears the progress on a terminal, so that the next output begins on an empty line. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
