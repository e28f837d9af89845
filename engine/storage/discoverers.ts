import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { FoundModel, ModelOrigin } from './modelPlaces.ts';
import { type FoundFile, filesBelow, namesIn, readSmallJson } from './walk.ts';

/** Part of a split GGUF file; `llama-gguf-split` names them so. */
const SPLIT = /-(\d{5})-of-\d{5}\.gguf$/i;
/** Weights of an image encoder, which lie beside a model's own. */
const PROJECTOR = /^mmproj|[-.]mmproj[-.]/i;

/**
 * GGUF files below a folder, named by their path in it: LM Studio keeps `publisher/model/file.gguf`, llama.cpp plain files.
 * A split file is one model.
 */
export async function* ggufFiles(
  origin: ModelOrigin,
  folder: string,
  depth: number,
  signal?: AbortSignal,
): AsyncGenerator<FoundModel> {
  const files: FoundFile[] = [];
  for await (const file of filesBelow(folder, depth, signal)) files.push(file);
  for (const model of ggufModels(files)) {
    const name = relative(folder, model.path)
      .replaceAll(sep, '/')
      .replace(SPLIT, '')
      .replace(/\.gguf$/i, '');
    yield { origin, name, path: model.path, format: 'GGUF', bytes: model.bytes };
  }
}

/** The GGUF files among these; of split ones the first part, with the bytes of all. */
function ggufModels(files: readonly FoundFile[]): FoundFile[] {
  const models = files.filter(({ name }) => /\.gguf$/i.test(name) && !PROJECTOR.test(name));
  const whole = (path: string) => path.replace(SPLIT, '');
  return models
    .filter(({ name }) => (SPLIT.exec(name)?.[1] ?? '00001') === '00001')
    .map((model) => {
      const parts = SPLIT.test(model.name) ? models.filter(({ path }) => whole(path) === whole(model.path)) : [model];
      return { ...model, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
}

/** `manifests/HOST/NAMESPACE/NAME/TAG` lists layers that lie in `blobs/sha256-…`. */
export async function* ollamaModels(folder: string, signal?: AbortSignal): AsyncGenerator<FoundModel> {
  const manifests = join(folder, 'manifests');
  for await (const file of filesBelow(manifests, 4, signal)) {
    const parts = relative(manifests, file.path).split(sep);
    if (parts.length !== 4) continue;
    const layers = await ollamaLayers(file.path);
    const model = layers.find(({ kind }) => kind === 'model');
    const blob = model && join(folder, 'blobs', model.blob);
    const found = blob === undefined ? undefined : await stat(blob).catch(() => undefined);
    if (blob === undefined || !found?.isFile()) continue;
    const terms = layers.find(({ kind }) => kind === 'license');
    const licence = terms && (await firstLine(join(folder, 'blobs', terms.blob)));
    yield {
      origin: 'ollama',
      name: ollamaName(parts),
      path: blob,
      format: 'GGUF',
      bytes: found.size,
      ...(licence && { licence }),
    };
  }
}

/** What Ollama's own commands call it: its own registry and library go without saying. */
function ollamaName(parts: readonly string[]): string {
  const [host, namespace, name, tag] = parts;
  const owner = namespace === 'library' && host === 'registry.ollama.ai' ? '' : `${namespace}/`;
  return `${host === 'registry.ollama.ai' ? '' : `${host}/`}${owner}${name}:${tag}`;
}

/** A digest is checked before it becomes part of a path. */
async function ollamaLayers(manifest: string): Promise<{ kind: string; blob: string }[]> {
  const layers = (await readSmallJson(manifest))?.layers;
  if (!Array.isArray(layers)) return [];
  return layers.flatMap((layer: { mediaType?: unknown; digest?: unknown } | null) => {
    const kind = /^application\/vnd\.ollama\.image\.(\w+)$/.exec(String(layer?.mediaType))?.[1];
    const hash = /^sha256:([0-9a-f]{64})$/.exec(String(layer?.digest))?.[1];
    return kind === undefined || hash === undefined ? [] : [{ kind, blob: `sha256-${hash}` }];
  });
}

/** The first line with text in it, of at most 120 characters. */
async function firstLine(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    return lines
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 120);
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** `models--ORG--NAME/snapshots/REVISION` with GGUF files, or `config.json` with safetensors, or ONNX graphs. */
export async function* huggingFaceModels(folder: string, signal?: AbortSignal): AsyncGenerator<FoundModel> {
  for (const repository of (await readdir(folder)).sort()) {
    const name = /^models--(.+)$/.exec(repository)?.[1]?.replaceAll('--', '/');
    const snapshot = name && (await latestSnapshot(join(folder, repository)).catch(() => undefined));
    if (!snapshot) continue;
    const files: FoundFile[] = [];
    for await (const file of filesBelow(snapshot, 2, signal)) files.push(file);
    const ggufs = ggufModels(files);
    for (const gguf of ggufs) {
      const label = gguf.name.replace(SPLIT, '').replace(/\.gguf$/i, '');
      yield { origin: 'hugging-face', name: `${name}: ${label}`, path: gguf.path, format: 'GGUF', bytes: gguf.bytes };
    }
    const whole = ggufs.length === 0 ? await folderModel(snapshot, files) : undefined;
    if (whole) yield { origin: 'hugging-face', name, path: snapshot, ...whole };
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
