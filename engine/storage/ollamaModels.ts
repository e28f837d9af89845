import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { mayBeModel } from './ggufFiles.ts';
import type { FoundModel } from './modelPlaces.ts';
import { filesBelow, firstLine, readSmallJson, type Search } from './walk.ts';

/** `manifests/HOST/NAMESPACE/NAME/TAG` lists layers that lie in `blobs/sha256-…`. */
export async function* ollamaModels(folder: string, search?: Search): AsyncGenerator<FoundModel> {
  const manifests = join(folder, 'manifests');
  for await (const file of filesBelow(manifests, 4, search)) {
    const parts = relative(manifests, file.path).split(sep);
    if (parts.length !== 4) continue;
    const layers = await ollamaLayers(file.path);
    const model = layers.find(({ kind }) => kind === 'model');
    const blob = model && join(folder, 'blobs', model.blob);
    const found = blob === undefined ? undefined : await stat(blob).catch(() => undefined);
    if (blob === undefined || !found?.isFile() || !(await mayBeModel(blob))) continue;
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

/** The name in Ollama's own commands, which omit its default registry and library. */
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
