import { throwIfCancelled } from '../errors.ts';

/** Where the large weights of a graph go: a file beside it, or memory. ONNX calls them external data. */
export interface WeightSink {
  write(offset: number, bytes: Uint8Array): Promise<void>;
}

/** Writes a part of the weights, piece by piece. */
export type WeightJob = (write: (offset: number, bytes: Float32Array | Uint8Array) => Promise<void>) => Promise<void>;

/** Weights start at multiples of a page, so that the runtime can map them into memory instead of reading them. */
const ALIGNMENT = 4096;

/**
 * Where each large weight of a graph will lie, and how it gets there. A graph is built without reading matrices; whether they have to be
 * read at all is decided afterwards.
 */
export class WeightPlan {
  /** Name by which the graph refers to the weights: that of the file beside it. */
  readonly location = 'weights.bin';
  readonly #jobs: WeightJob[] = [];
  #bytes = 0;
  #largest = 0;
  readonly #multiplied = { floatBytes: 0, scaleBytes: 0 };

  /** Size of all weights. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of the largest weight. */
  get largest(): number {
    return this.#largest;
  }

  /** Bytes of the matrices that are multiplied by as float32, and of the scales of those in blocks: runtimes repack both. */
  get multiplied(): Readonly<{ floatBytes: number; scaleBytes: number }> {
    return this.#multiplied;
  }

  /** Reserves room. @returns its offset in bytes */
  reserve(bytes: number): number {
    const offset = Math.ceil(this.#bytes / ALIGNMENT) * ALIGNMENT;
    this.#bytes = offset + bytes;
    this.#largest = Math.max(this.#largest, bytes);
    return offset;
  }

  countMultiplied(part: 'floatBytes' | 'scaleBytes', bytes: number): void {
    this.#multiplied[part] += bytes;
  }

  add(job: WeightJob): void {
    this.#jobs.push(job);
  }

  /**
   * Reads, converts and writes all weights, holding one slab of a matrix at a time.
   * @param onProgress told the part that is done, 0–1
   * @throws PaddockError `cancelled` within one slab; what the readers throw
   */
  async write(sink: WeightSink, signal?: AbortSignal, onProgress?: (part: number) => void): Promise<void> {
    let done = 0;
    for (const job of this.#jobs) {
      await job(async (offset, { buffer, byteOffset, byteLength }) => {
        throwIfCancelled(signal);
        await sink.write(offset, new Uint8Array(buffer, byteOffset, byteLength));
        done += byteLength;
        onProgress?.(done / this.#bytes);
        // Reading from memory never yields to the event loop: let a cancellation in.
        await new Promise((resolve) => setTimeout(resolve));
      });
    }
  }

  /** All weights in memory. */
  async toBytes(signal?: AbortSignal, onProgress?: (part: number) => void): Promise<Uint8Array> {
    const bytes = new Uint8Array(this.#bytes);
    const write = async (offset: number, piece: Uint8Array) => bytes.set(piece, offset);
    await this.write({ write }, signal, onProgress);
    return bytes;
  }
}
