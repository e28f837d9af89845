import { throwIfCancelled } from '../errors.ts';
import { ggufFiles } from './ggufFiles.ts';
import { huggingFaceModels } from './huggingFaceModels.ts';
import type { FoundModel, ModelOrigin, ModelPlace } from './modelPlaces.ts';
import { isMissing } from './nodeFolder.ts';
import { ollamaModels } from './ollamaModels.ts';
import type { Search } from './walk.ts';

export interface DiscoveryOptions {
  readonly signal?: AbortSignal;
  /** Longest time for all places together, in ms. */
  readonly limitMs?: number;
  /** Most files and folders that are looked at below one folder; more are a problem. */
  readonly mostEntries?: number;
  /** Told each model as soon as it is found. */
  readonly onFound?: (model: FoundModel) => void;
}

export interface Discovery {
  readonly models: readonly FoundModel[];
  /** Places that exist but could not be read to the end, in words for a log. */
  readonly problems: readonly string[];
}

type Discoverer = (folder: string, search: Search) => AsyncGenerator<FoundModel>;

const DISCOVERERS: Readonly<Record<ModelOrigin, Discoverer>> = {
  ollama: ollamaModels,
  'lm-studio': (folder, search) => ggufFiles('lm-studio', folder, 4, search),
  'hugging-face': huggingFaceModels,
  'llama.cpp': (folder, search) => ggufFiles('llama.cpp', folder, 1, search),
};

/**
 * Looks for models in these places, in all at once. A missing place holds none; one that fails or takes too long keeps what was found
 * until then, and does not affect the others.
 * @throws PaddockError `cancelled`
 */
export async function discoverModels(places: readonly ModelPlace[], options: DiscoveryOptions = {}): Promise<Discovery> {
  const { signal, limitMs = 5_000, onFound, mostEntries } = options;
  throwIfCancelled(signal);
  const models = new Map<string, FoundModel>();
  const problems: string[] = [];
  // A file system that hangs does not notice a signal, so the time is watched from outside, too.
  const limit = AbortSignal.timeout(limitMs);
  const ends = signal ? AbortSignal.any([signal, limit]) : limit;
  const ended = new Promise<'ended'>((resolve) => ends.addEventListener('abort', () => resolve('ended'), { once: true }));
  const onProblem = (problem: string) => void problems.push(problem);
  const search: Search = { signal: ends, onProblem, ...(mostEntries !== undefined && { mostEntries }) };
  const look = async ({ origin, folder }: ModelPlace) => {
    const found = DISCOVERERS[origin](folder, search);
    for (;;) {
      const next = await found.next();
      if (next.done || ends.aborted) return;
      if (models.has(next.value.path)) continue;
      models.set(next.value.path, next.value);
      onFound?.(next.value);
    }
  };
  await Promise.all(
    places.map(async (place) => {
      try {
        const outcome = await Promise.race([look(place), ended]);
        if (outcome === 'ended') problems.push(`${place.folder}: not read to the end within ${limitMs} ms.`);
      } catch (error) {
        if (ends.aborted) problems.push(`${place.folder}: not read to the end within ${limitMs} ms.`);
        else if (!isMissing(error)) problems.push(`${place.folder}: ${(error as Error).message}`);
      }
    }),
  );
  throwIfCancelled(signal);
  const order = [...models.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return { models: order, problems };
}
