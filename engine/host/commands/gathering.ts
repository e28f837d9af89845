import { isPaddockError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { type RunOptions, withEngine } from './common.ts';
import { clearProgress, interruptible, showProgress } from './interrupt.ts';

/**
 * Collects figures as they come, and shows how many there are.
 * @param total number of figures, for the progress
 */
export type Take = <Row>(
  start: (signal: AbortSignal) => AsyncIterable<Row>,
  total: number,
  onRow: (row: Row) => void,
) => Promise<void>;

/**
 * Opens the model and measures. Ctrl+C ends it with the figures obtained so far; the second time it ends at once.
 * @param action makes a result of the figures it took
 * @returns the result, and whether all figures are in it
 * @throws PaddockError `cancelled` when it was ended before the first figure; others as `withEngine`
 */
export function gathering<T>(
  options: RunOptions,
  action: (engine: Engine, take: Take) => Promise<T>,
): Promise<T & { readonly isComplete: boolean }> {
  return interruptible(async (signal) => {
    let isComplete = true;
    const take: Take = async (start, total, onRow) => {
      let done = 0;
      try {
        for await (const row of start(signal)) {
          onRow(row);
          showProgress(++done, total, 'figures');
        }
        clearProgress();
      } catch (error) {
        clearProgress();
        if (!signal.aborted || !isPaddockError(error, 'cancelled') || done === 0) throw error;
        isComplete = false;
        process.stderr.write(`paddock: stopped after ${done} of ${total} figures\n`);
      }
    };
    const result = await withEngine(options, (engine) => action(engine, take), signal);
    return { ...result, isComplete };
  });
}
