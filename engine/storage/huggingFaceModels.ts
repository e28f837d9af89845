import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { inWords, isPaddockError } from '../errors.ts';
import { cardLicence } from '../model/modelCard.ts';
import { folderModels } from './folderModels.ts';
import { ggufModels, withoutEnding } from './ggufFiles.ts';
import { repositoryOf } from './modelName.ts';
import type { FoundModel } from './modelPlaces.ts';
import { type FoundFile, filesBelow, firstLine, firstText, namesIn, type Search } from './walk.ts';

/** How deep repositories keep models: `onnx/cpu_and_mobile/NAME`. */
const DEPTH = 3;

/**
 * `models--ORG--NAME/snapshots/REVISION` with GGUF files, or `config.json` with safetensors, or ONNX graphs. Only of one revision: the
 * newest may hold no more than a card or a configuration that was looked up.
 */
export async function* huggingFaceModels(folder: string, search?: Search): AsyncGenerator<FoundModel> {
  for (const repository of (await readdir(folder)).sort()) {
    const name = repositoryOf(repository);
    const snapshots = name === undefined ? [] : await snapshotsOf(join(folder, repository));
    for (const snapshot of snapshots) {
      let isWhole = false;
      try {
        for await (const { label, ...model } of modelsOf(snapshot, search)) {
          isWhole = true;
          yield { origin: 'hugging-face', name: label === '' ? `${name}` : `${name}: ${label}`, ...model };
        }
      } catch (error) {
        if (isPaddockError(error, 'cancelled')) throw error;
        search?.onProblem?.(`${snapshot}: ${inWords(error)}`);
      }
      if (isWhole) break;
    }
  }
}

/** The revision of the main branch, then the others, those first that were made last. */
async function snapshotsOf(repository: string): Promise<string[]> {
  const snapshots = join(repository, 'snapshots');
  const found = await Promise.all(
    (await namesIn(snapshots)).map(async (name) => ({ name, stats: await stat(join(snapshots, name)).catch(() => undefined) })),
  );
  const main = await firstLine(join(repository, 'refs', 'main'));
  const made = ({ name, stats }: (typeof found)[number]) => (name === main ? Number.POSITIVE_INFINITY : (stats?.mtimeMs ?? 0));
  const revisions = found.filter(({ stats }) => stats?.isDirectory()).sort((a, b) => made(b) - made(a));
  return revisions.map(({ name }) => join(snapshots, name));
}

/** @yields models, each with what tells it from others of the repository */
async function* modelsOf(
  snapshot: string,
  search?: Search,
): AsyncGenerator<Omit<FoundModel, 'origin' | 'name'> & { readonly label: string }> {
  const files: FoundFile[] = [];
  for await (const file of filesBelow(snapshot, DEPTH, search)) files.push(file);
  const licence = await licenceOf(snapshot);
  let holdsGguf = false;
  for await (const { path, name, bytes } of ggufModels(files)) {
    holdsGguf = true;
    yield { label: withoutEnding(name), path, format: 'GGUF', bytes, ...licence };
  }
  if (holdsGguf) return;
  for (const model of await folderModels(snapshot, files)) {
    yield { label: relative(snapshot, model.path).replaceAll(sep, '/'), ...model, ...licence };
  }
}

async function licenceOf(folder: string): Promise<{ licence?: string }> {
  const licence = cardLicence(await firstText(join(folder, 'README.md')));
  return licence === undefined ? {} : { licence };
}
