import { PaddockError } from '../errors.ts';
import { isPlainName, type ModelFile, type ModelFolder } from './files.ts';
import { isJsonObject } from './parseJson.ts';
import { type Integers, openSafetensors, type SafetensorsFile, type TensorSource } from './safetensors.ts';
import type { RowRange } from './weights.ts';

/** Names the file of each tensor (https://huggingface.co/docs/transformers/big_models). */
export const SHARD_INDEX = 'model.safetensors.index.json';

/**
 * The tensors of a model in several safetensors files, as its index names them. The source closes the files; so does a failure.
 * @param index the content of {@link SHARD_INDEX}
 * @throws PaddockError `bad-model` when the index is wrong, names a file that is missing or not in the folder, or a tensor that is not
 *   in its file
 */
export async function openShards(folder: ModelFolder, index: Record<string, unknown>): Promise<TensorSource> {
  const where = `${folder.path}/${SHARD_INDEX}`;
  const shards = new Map<string, SafetensorsFile>();
  const places = new Map<string, SafetensorsFile>();
  try {
    for (const [tensor, shard] of Object.entries(weightMap(index, where))) {
      if (typeof shard !== 'string' || !isPlainName(shard)) {
        throw new PaddockError(
          'bad-model',
          `${where} names the file ${JSON.stringify(shard)?.slice(0, 200)}, which cannot be in its folder.`,
        );
      }
      const file = shards.get(shard) ?? (await openSafetensors(await folder.openFile(shard)));
      shards.set(shard, file);
      file.shape(tensor);
      places.set(tensor, file);
    }
    return new ShardedSafetensors(folder.path, [...shards.values()], places);
  } catch (error) {
    for (const shard of shards.values()) await shard.close();
    throw error;
  }
}

function weightMap(index: Record<string, unknown>, where: string): Record<string, unknown> {
  const map = index.weight_map;
  if (isJsonObject(map)) return map;
  throw new PaddockError('bad-model', `${where} has no "weight_map". Copy or download it again.`);
}

class ShardedSafetensors implements TensorSource {
  readonly path: string;
  readonly files: readonly ModelFile[];
  readonly names: readonly string[];
  readonly #shards: readonly SafetensorsFile[];
  readonly #places: ReadonlyMap<string, SafetensorsFile>;

  constructor(path: string, shards: readonly SafetensorsFile[], places: ReadonlyMap<string, SafetensorsFile>) {
    this.path = path;
    this.files = shards.flatMap(({ files }) => files);
    this.names = [...places.keys()];
    this.#shards = shards;
    this.#places = places;
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  shape(name: string): readonly number[] {
    return this.#shard(name).shape(name);
  }

  storedAs(name: string): string {
    return this.#shard(name).storedAs(name);
  }

  async read(name: string, rows?: RowRange): Promise<Float32Array> {
    return this.#shard(name).read(name, rows);
  }

  async blocks(): Promise<undefined> {
    return undefined;
  }

  async blockForm(): Promise<undefined> {
    return undefined;
  }

  async integers(name: string): Promise<Integers> {
    return this.#shard(name).integers(name);
  }

  async close(): Promise<void> {
    for (const shard of this.#shards) await shard.close();
  }

  #shard(name: string): SafetensorsFile {
    const shard = this.#places.get(name);
    if (shard) return shard;
    throw new PaddockError(
      'bad-model',
      `${this.path}/${SHARD_INDEX} has no tensor "${name}". It is not the model of config.json.`,
    );
  }
}
