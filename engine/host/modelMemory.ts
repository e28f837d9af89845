import { checkMemory, type MemoryEstimate, withGraphs } from '../generate/memory.ts';
import type { Decoder } from '../generate/model.ts';
import type { OtherKind } from '../runtime/otherGraphs.ts';

/** As far as its memory is known. */
export type Sized = Pick<Decoder, 'memory'> & { readonly runtime: Pick<Decoder['runtime'], 'otherGraphs'> };

/**
 * What an open model takes with one timeline of so many tokens and the graphs that are loaded.
 * @param also graphs that are to be loaded, too
 */
export function memoryOf(model: Sized, window: number, also: readonly OtherKind[] = []): MemoryEstimate {
  return withGraphs(model.memory(window), new Set([...(model.runtime.otherGraphs ?? []), ...also]).size);
}

/**
 * Checks that an open model has the memory for a timeline of so many tokens.
 * @param free bytes that the model may take with all it has taken
 * @param also graphs that are to be loaded, too
 * @throws PaddockError `not-enough-memory`, with the largest window that fits
 */
export function checkFits(model: Sized, window: number, free: number, also: readonly OtherKind[] = []): void {
  const estimate = (tokens: number) => memoryOf(model, tokens, also);
  checkMemory(
    estimate(window),
    free,
    estimate,
    also.length > 0 ? 'The model, with its weights once more to be steered,' : undefined,
  );
}
