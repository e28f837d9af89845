import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cardLicence } from '../model/modelCard.ts';
import { ggufModels, withoutEnding } from './ggufFiles.ts';
import type { FoundModel } from './modelPlaces.ts';
import { type FoundFile, filesBelow, firstLine, firstText, namesIn, readSmallJson, type Search } from './walk.ts';

/** `models--ORG--NAME/snapshots/REVISION` with GGUF files, or `config.json` with safetensors, or ONNX graphs. */
export async function* huggingFaceModels(folder: string, search?: Search): AsyncGenerator<FoundModel> {
  for (const repository of (await readdir(folder)).sort()) {
    const name = /^models--(.+)$/.exec(repository)?.[1]?.replaceAll('--', '/');
    const snapshot = name && (await latestSnapshot(join(folder, repository)).catch(() => undefined));
    if (!snapshot) continue;
    const files: FoundFile[] = [];
    for await (const file of filesBelow(snapshot, 2, search)) files.push(file);
    const licence = await licenceOf(snapshot);
    let holdsGguf = false;
    for await (const gguf of ggufModels(files)) {
      holdsGguf = true;
      const label = withoutEnding(gguf.name);
      yield { origin: 'hugging-face', name: `${name}: ${label}`, path: gguf.path, format: 'GGUF', bytes: gguf.bytes, ...licence };
    }
    const whole = !holdsGguf ? await folderModel(snapshot, files) : undefined;
    if (whole) yield { origin: 'hugging-face', name, path: snapshot, ...whole, ...licence };
  }
}

/** The revision of the main branch, else the one that was made last. */
async function latestSnapshot(repository: string): Promise<string | undefined> {
  const snapshots = join(repository, 'snapshots');
  const revisions = await Promise.all(
    (await namesIn(snapshots)).map(async (name) => ({ name, made: (await stat(join(snapshots, name))).mtimeMs })),
  );
  const main = await namesIn(join(repository, 'refs')).then((names) => names.includes('main'));
  const named = main ? await firstLine(join(repository, 'refs', 'main')) : undefined;
  const latest = revisions.sort((a, b) => b.made - a.made);
  const chosen = latest.find(({ name }) => name === named) ?? latest[0];
  return chosen && join(snapshots, chosen.name);
}

/** A folder that is one model. Those that say they write no text, such as encoders, are left out. */
async function folderModel(
  folder: string,
  files: readonly FoundFile[],
): Promise<Pick<FoundModel, 'format' | 'bytes'> | undefined> {
  const isHere = (name: string) => files.some(({ path }) => path === join(folder, name));
  const bytesOf = (pattern: RegExp) => files.filter(({ name }) => pattern.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  const isModel = isHere('genai_config.json') || (isHere('config.json') && (await writesText(join(folder, 'config.json'))));
  if (!isModel) return undefined;
  if (files.some(({ path }) => path === join(folder, basename(path)) && path.endsWith('.safetensors'))) {
    return { format: 'safetensors', bytes: bytesOf(/\.safetensors$/) };
  }
  const onnx = bytesOf(/\.onnx(_data(_\d+)?|\.data)?$/);
  return onnx > 0 ? { format: 'ONNX', bytes: onnx } : undefined;
}

async function writesText(config: string): Promise<boolean> {
  const architectures = (await readSmallJson(config))?.architectures;
  if (!Array.isArray(architectures) || architectures.length === 0) return true;
  return architectures.some((name) => /CausalLM|ConditionalGeneration|LMHead/.test(String(name)));
}

async function licenceOf(folder: string): Promise<{ licence?: string }> {
  const licence = cardLicence(await firstText(join(folder, 'README.md')));
  return licence === undefined ? {} : { licence };
}
