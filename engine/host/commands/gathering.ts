import { isPaddockError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { type RunOptions, withEngine } from './common.ts';

/** What a shell tells of a command that Ctrl+C ended. */
const INTERRUPTED = 130;

/**
 * Takes figures as they come, and tells how many there are.
 * @param total of all figures, for who waits
 */
export type Take = <Row>(
  start: (signal: AbortSignal) => AsyncIterable<Row>,
  total: number,
  onRow: (row: Row) => void,
) => Promise<void>;

/**
 * Opens the model and measures. Ctrl+C ends it with the figures that there are by then; the second time it ends at once.
 * @param action makes a result of the figures that it took
 * @returns the result, and whether all figures are in it
 * @throws PaddockError `cancelled` when it was ended before the first figure; others as `withEngine`
 */
export async function gathering<T>(
  options: RunOptions,
  action: (engine: Engine, take: Take) => Promise<T>,
): Promise<T & { readonly isComplete: boolean }> {
  const controller = new AbortController();
  const { signal } = controller;
  const onInterrupt = () => {
    process.exitCode = INTERRUPTED;
    controller.abort();
  };
  process.once('SIGINT', onInterrupt);
  let isComplete = true;
  const take: Take = async (start, total, onRow) => {
    let done = 0;
    try {
      for await (const row of start(signal)) {
        onRow(row);
        showProgress(++done, total);
      }
      clearProgress();
    } catch (error) {
      clearProgress();
      if (!signal.aborted || !isPaddockError(error, 'cancelled') || done === 0) throw error;
      isComplete = false;
      process.stderr.write(`paddock: stopped after ${done} of ${total} figures\n`);
    }
  };
  try {
    const result = await withEngine(options, (engine) => action(engine, take), signal);
    return { ...result, isComplete };
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** On a terminal in place; else a line for every tenth. */
function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kpaddock: ${done} of ${total} figures`);
  else if (Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total)) {
    process.stderr.write(`paddock: ${done} of ${total} figures\n`);
  }
}

/** What comes next begins a line of its own. */
function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
