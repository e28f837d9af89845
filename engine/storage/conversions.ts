import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { ConversionOptions, ConversionStore } from '../generate/conversion.ts';
import type { DecoderGraph } from '../graph/building.ts';
import type { ModelFile } from '../model/files.ts';
import type { WeightSource } from '../model/weights.ts';
import type { DecoderImage } from '../runtime/decoderImage.ts';
import { ContentHashes } from './contentHashes.ts';

const GRAPH_FILE = 'model.onnx';
const UNFINISHED = '.unfinished';
/** A conversion in work touches its folder; one that has not for so long was abandoned. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Conversions in a folder of this machine: each is a folder of its own, written under another name and renamed when it is whole.
 */
export class FolderConversions implements ConversionStore {
  readonly #path: string;
  readonly #hashes: ContentHashes;

  constructor(path: string) {
    this.#path = path;
    this.#hashes = new ContentHashes(join(path, 'hashes.json'));
  }

  async convert(source: WeightSource, graph: DecoderGraph, options: ConversionOptions): Promise<DecoderImage> {
    try {
      await mkdir(this.#path, { recursive: true });
      const name = await this.#name(source.files, graph, options);
      const folder = join(this.#path, name);
      if (!(await isWhole(folder, graph))) await this.#make(folder, graph, options);
      await utimes(folder, new Date(), new Date());
      return { kind: 'file', path: join(folder, GRAPH_FILE) };
    } catch (error) {
      if (error instanceof PaddockError) throw error;
      throw new PaddockError(
        'runtime',
        `The converted model cannot be written to ${this.#path}: ${(error as Error).message}. Free some space, or choose another folder.`,
        { cause: error },
      );
    }
  }

  /** What a conversion is made from and into. The graph says where each weight lies and in which format. */
  async #name(files: readonly ModelFile[], graph: DecoderGraph, { signal, onProgress }: ConversionOptions): Promise<string> {
    const hash = createHash('sha256').update(graph.model);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const file of files) {
      hash.update(await this.#hashes.of(file, signal, (bytes) => onProgress?.('reading', (before + bytes) / total)));
      before += file.size;
    }
    return hash.digest('hex').slice(0, 32);
  }

  async #make(folder: string, graph: DecoderGraph, { signal, onProgress }: ConversionOptions): Promise<void> {
    await this.#removeAbandoned();
    const unfinished = `${folder}.${process.pid}.${Math.random().toString(36).slice(2)}${UNFINISHED}`;
    try {
      await mkdir(unfinished);
      const file = await open(join(unfinished, graph.weights.location), 'wx');
      try {
        const write = async (offset: number, bytes: Uint8Array) => {
          for (let done = 0; done < bytes.length; ) {
            done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
          }
        };
        await graph.weights.write({ write }, signal, (part) => onProgress?.('converting', part));
        await file.truncate(graph.weights.bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await writeFile(join(unfinished, GRAPH_FILE), graph.model);
      throwIfCancelled(signal);
      await rename(unfinished, folder).catch(async (error: unknown) => {
        // Another process may have made the same in the meantime.
        if (!(await isWhole(folder, graph))) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await readdir(this.#path)) {
      if (!name.endsWith(UNFINISHED)) continue;
      const path = join(this.#path, name);
      const weights = await stat(path).catch(() => undefined);
      if (weights && Date.now() - weights.mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

async function isWhole(folder: string, graph: DecoderGraph): Promise<boolean> {
  const weights = await stat(join(folder, graph.weights.location)).catch(() => undefined);
  if (weights?.size !== graph.weights.bytes) return false;
  const model = await readFile(join(folder, GRAPH_FILE)).catch(() => undefined);
  return model?.equals(graph.model) ?? false;
}
