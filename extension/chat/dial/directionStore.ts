import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type ControlVector,
  copyDirections,
  type DirectionInfo,
  describeDirections,
  listDirections,
  type ModelInfo,
  PaddockError,
  readDirections,
} from '../../../engine/index.ts';
import { nameFor } from '../../storage/nameFor.ts';
import type { StoredDirection } from './leverSource.ts';

/** Characters that no file system minds. */
const MIND = /[^\p{L}\p{N} ._-]+/gu;

/** Refusal directions that were found or imported, by their model. They are stored as llama.cpp control vectors. */
export class DirectionStore {
  readonly #folder: string;
  readonly #onChange: () => void;
  readonly #known = new Map<string, readonly StoredDirection[]>();

  /** @param onChange called when the known directions have changed */
  constructor(folder: string, onChange: () => void) {
    this.#folder = folder;
    this.#onChange = onChange;
  }

  /** The known directions of a model, by its key; none until they have been read. */
  of(model: string): readonly StoredDirection[] {
    return this.#known.get(model) ?? [];
  }

  /** Reads anew which directions there are of a model. */
  async refresh(model: string): Promise<void> {
    const found = await listDirections(this.#folderOf(model));
    this.#known.set(
      model,
      found.map(({ path, vector }) => ({ path, name: vector.name ?? basename(path, '.gguf'), mark: markOf(vector) })),
    );
    this.#onChange();
  }

  /**
   * Where to write a direction of this name, in an existing folder: over the one that has the name, and over no other.
   * @param file what the file is called if nothing else is
   */
  async placeFor(model: string, name: string, file = name): Promise<string> {
    const folder = this.#folderOf(model);
    await mkdir(folder, { recursive: true });
    await this.refresh(model);
    const stored = this.of(model);
    const same = stored.find((each) => each.name === name);
    if (same) return same.path;
    const plain = file.replaceAll(MIND, '-').slice(0, 80);
    for (let count = 1; ; count++) {
      const path = join(folder, count === 1 ? `${plain}.gguf` : `${plain} ${count}.gguf`);
      if (!stored.some((each) => each.path === path)) return path;
    }
  }

  /** What a stored one is called; by its file where it is not known. */
  nameOf(path: string, model: string): string {
    return this.of(model).find((each) => each.path === path)?.name ?? basename(path, '.gguf');
  }

  /**
   * Imports a file, llama.cpp's or one that was exported here.
   * @returns what it is called now
   * @throws PaddockError `bad-model` for one that holds no directions, `bad-request` for those of another model
   */
  async import(from: string, { key, hiddenSize, layers }: Pick<ModelInfo, 'key' | 'hiddenSize' | 'layers'>): Promise<string> {
    const vector = await readDirections(from);
    const { layers: own, hiddenSize: size } = describeDirections(from, vector);
    if (size !== hiddenSize || Math.max(...own) >= layers) {
      throw new PaddockError(
        'bad-request',
        `${basename(from)} is of a model with ${size} numbers in each of at least ${Math.max(...own) + 1} layers; the open one has ${layers} layers of ${hiddenSize ?? 0}. Choose directions that were found in this model.`,
      );
    }
    const file = basename(from, '.gguf');
    const name = vector.name ?? file;
    await copyDirections(from, await this.placeFor(key, name, file), name);
    await this.refresh(key);
    return name;
  }

  /** Writes one that is stored to another file. @throws PaddockError `bad-request`, `runtime` */
  async export(path: string, to: string): Promise<DirectionInfo> {
    this.#check(path);
    return describeDirections(to, await copyDirections(path, to));
  }

  /** Calls one that is stored something else. Its file stays where it is, since settings name it. @throws PaddockError `bad-request` */
  async rename(path: string, name: string, model: string): Promise<void> {
    this.#check(path);
    if (this.of(model).some((each) => each.name === name && each.path !== path)) {
      throw new PaddockError('bad-request', `There is a direction called ${name} already. Choose another name.`);
    }
    await copyDirections(path, path, name);
    await this.refresh(model);
  }

  /** Removes one that is stored. */
  async remove(path: string, model: string): Promise<void> {
    this.#check(path);
    await rm(path, { force: true });
    await this.refresh(model);
  }

  /** Paths may come from a page, so only those stored here are accepted. @throws PaddockError `bad-request` */
  #check(path: string): void {
    if (dirname(dirname(path)) === this.#folder) return;
    throw new PaddockError('bad-request', `${path} is no stored direction. Choose one of the list.`);
  }

  #folderOf(model: string): string {
    return join(this.#folder, nameFor(model));
  }
}

/** A hash that identifies the numbers of directions. */
function markOf({ directions }: ControlVector): string {
  const hash = createHash('sha256');
  for (const [layer, { buffer, byteOffset, byteLength }] of directions) {
    hash.update(`${layer} `).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex').slice(0, 32);
}
