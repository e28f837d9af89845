import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { ConversionOptions, ConversionStore } from '../generate/conversion.ts';
import type { DecoderGraph } from '../graph/building.ts';
import type { ModelFile } from '../model/files.ts';
import type { WeightSource } from '../model/weights.ts';
import type { DecoderImage } from '../runtime/decoderImage.ts';
import { ContentHashes } from './contentHashes.ts';
import { UNFINISHED, unfinishedName } from './wholeFile.ts';

const GRAPH_FILE = 'model.onnx';
/** Part of every conversion's name. Raise it when other weights are written for the same file and graph, as after a fix to repacking. */
const VERSION = '1';
/** The name of a finished conversion. */
const FINISHED = /^[0-9a-f]{32}$/;
/** A running conversion keeps writing to its file of weights; one that has not for this long was abandoned. */
const ABANDONED_MS = 60 * 60 * 1000;
/** What all conversions together may take on the disk, in bytes, unless told. */
const BUDGET = 20 * 2 ** 30;
/** One that was requested this recently may be about to be loaded, and is kept. */
const RECENT_MS = 10 * 60 * 1000;

/**
 * Conversions in a folder of this machine: each is a folder of its own, written under another name and renamed when it is whole. The
 * folder's modification time is that of its last use: when a new one would exceed the budget, the least recently used are removed. A
 * loaded model keeps running: systems keep open files, or refuse to remove them.
 */
export class FolderConversions implements ConversionStore {
  readonly #path: string;
  readonly #hashes: ContentHashes;
  readonly #budget: number;

  /** @param budget bytes that all conversions may take; the newest may take more */
  constructor(path: string, budget = BUDGET) {
    this.#path = path;
    this.#hashes = new ContentHashes(join(path, 'hashes.json'));
    this.#budget = budget;
  }

  async convert(source: WeightSource, graph: DecoderGraph, options: ConversionOptions): Promise<DecoderImage> {
    try {
      await mkdir(this.#path, { recursive: true });
      const name = await this.#name(source.files, graph, options);
      const folder = join(this.#path, name);
      if (!(await isWhole(folder, graph))) await this.#make(folder, graph, options);
      // A read-only folder can still be used.
      await utimes(folder, new Date(), new Date()).catch(() => undefined);
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
    const hash = createHash('sha256').update(VERSION).update(graph.model);
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
    await this.#makeRoom(graph.weights.bytes + graph.model.length);
    const unfinished = unfinishedName(folder);
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
      await rename(unfinished, folder).catch(async () => {
        // Another process may have made the same in the meantime, or a damaged one is in the way.
        if (await isWhole(folder, graph)) return;
        await rm(folder, { recursive: true, force: true });
        await rename(unfinished, folder);
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }

  async #removeAbandoned(): Promise<void> {
    for (const { path, changed } of await this.#entries((name) => name.endsWith(UNFINISHED))) {
      if (Date.now() - changed > ABANDONED_MS) await remove(path);
    }
  }

  /** Removes what was not used for the longest until so many bytes more are within the budget. @throws Error when the disk is too full */
  async #makeRoom(bytes: number): Promise<void> {
    const kept = await this.#entries((name) => FINISHED.test(name));
    let total = kept.reduce((sum, folder) => sum + folder.bytes, bytes);
    for (const folder of kept.sort((a, b) => a.used - b.used)) {
      if (total <= this.#budget || Date.now() - folder.used < RECENT_MS) break;
      await remove(folder.path);
      total -= folder.bytes;
    }
    // Some network disks do not report it.
    const disk = await statfs(this.#path).catch(() => undefined);
    const free = disk && disk.blocks > 0 ? disk.bavail * disk.bsize : Infinity;
    if (free < bytes) throw new Error(`it takes ${inMegabytes(bytes)}, ${inMegabytes(free)} are free`);
  }

  /** Entries of such names: their size, when they or a file in them was last written to, and when they were last used. */
  async #entries(isWanted: (name: string) => boolean) {
    const folders: { path: string; bytes: number; changed: number; used: number }[] = [];
    for (const name of (await readdir(this.#path)).filter(isWanted)) {
      const path = join(this.#path, name);
      const used = await stat(path).catch(() => undefined);
      const names = await readdir(path).catch(() => []);
      const files = await Promise.all(names.map((file) => stat(join(path, file)).catch(() => undefined)));
      if (!used) continue;
      folders.push({
        path,
        bytes: files.reduce((sum, file) => sum + (file?.size ?? 0), 0),
        changed: Math.max(used.mtimeMs, ...files.map((file) => file?.mtimeMs ?? 0)),
        used: used.mtimeMs,
      });
    }
    return folders;
  }
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** Removes a folder; one that another process has open, on systems where that is in the way, stays until the next time. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

async function isWhole(folder: string, graph: DecoderGraph): Promise<boolean> {
  const weights = await stat(join(folder, graph.weights.location)).catch(() => undefined);
  if (weights?.size !== graph.weights.bytes) return false;
  const model = await readFile(join(folder, GRAPH_FILE)).catch(() => undefined);
  return model?.equals(graph.model) ?? false;
}
