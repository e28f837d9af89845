import { realpath } from 'node:fs/promises';
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
  /** Told each model as soon as it is found, and again when another name of it is. */
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
      // Links lead programs to each other's files, and people to the folders of programs.
      const real = await realpath(next.value.path).catch(() => next.value.path);
      if (ends.aborted) return;
      const model = withNameOf(next.value, models.get(real));
      if (!model) continue;
      models.set(real, model);
      onFound?.(model);
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

/** A model that is found, or found again: with all its names. @returns undefined when nothing about it is new */
function withNameOf(found: FoundModel, known: FoundModel | undefined): FoundModel | undefined {
  if (!known) return found;
  const { name, otherNames = [] } = known;
  const isKnown = found.origin !== known.origin || [name, ...otherNames].includes(found.name);
  return isKnown ? undefined : { ...known, otherNames: [...otherNames, found.name] };
}
