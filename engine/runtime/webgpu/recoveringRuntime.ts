import { PaddockError } from '../../errors.ts';
import type { Batch, Cache, CacheOptions, LogitRow, ModelRuntime, SlotRange, TopLogits } from '../modelRuntime.ts';
import type { OtherKind } from '../otherGraphs.ts';
import { runTop } from '../topLogits.ts';

/** What takes over when the GPU is lost. */
export interface Replacement {
  /** Share of each timeline's window that is kept. */
  readonly windowShare: number;
  /** Loads the model again. */
  open(): Promise<ModelRuntime>;
}

/** Tokens of one run when a timeline is computed again. */
const CHUNK = 128;

/**
 * A model on a device that can be lost: drivers restart, memory runs out, other programs reset it. Then the available fallbacks are tried
 * one after the other, each once, until the model is loaded again; each timeline is recomputed when it is next used. Callers only see a
 * slow run, and windows that may have become smaller.
 */
export class RecoveringRuntime implements ModelRuntime {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly canBranch = false;
  readonly canDiscard: boolean;
  readonly #replacements: Replacement[];
  readonly #onReplaced: (cause: Error) => void;
  #current: ModelRuntime;
  #windowShare = 1;
  #recovery: Promise<void> | undefined;

  /** @param onReplaced called after each recovery */
  constructor(runtime: ModelRuntime, replacements: readonly Replacement[], onReplaced: (cause: Error) => void) {
    this.vocabularySize = runtime.vocabularySize;
    this.contextLength = runtime.contextLength;
    this.canDiscard = runtime.canDiscard;
    this.#current = runtime;
    this.#replacements = [...replacements];
    this.#onReplaced = onReplaced;
  }

  get cacheBytesPerToken(): number {
    return this.#current.cacheBytesPerToken;
  }

  get canSteer(): boolean {
    return this.#current.canSteer ?? false;
  }

  get otherGraphs(): readonly OtherKind[] {
    return this.#current.otherGraphs ?? [];
  }

  get runCosts(): readonly number[] | undefined {
    return this.#current.runCosts;
  }

  newCache(options: CacheOptions = {}): RecoveringCache {
    const window = () => Math.max(1, Math.floor((options.window ?? this.contextLength) * this.#windowShare));
    const open = (runtime: ModelRuntime) => runtime.newCache({ ...options, window: window() });
    return new RecoveringCache(() => this.#current, open);
  }

  run(batch: Batch, cache: RecoveringCache): Promise<LogitRow[]> {
    return this.#survive(batch.ids, cache, (runtime, inner) => runtime.run(batch, inner));
  }

  runTop(batch: Batch, cache: RecoveringCache, count: number): Promise<TopLogits[]> {
    return this.#survive(batch.ids, cache, (runtime, inner) => runTop(runtime, batch, inner, count));
  }

  observe(batch: Batch, cache: RecoveringCache): Promise<Float32Array> {
    return this.#survive(batch.ids, cache, async (runtime, inner) => {
      if (runtime.observe) return runtime.observe(batch, inner);
      throw new PaddockError('bad-request', 'This model cannot be observed.');
    });
  }

  async endObserving(): Promise<void> {
    await this.#current.endObserving?.();
  }

  async dispose(): Promise<void> {
    this.#replacements.length = 0;
    await this.#current.dispose();
  }

  async #survive<T>(
    ids: readonly number[],
    cache: RecoveringCache,
    run: (runtime: ModelRuntime, inner: Cache) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      await this.#recovery;
      const runtime = this.#current;
      try {
        const result = await run(runtime, await cache.computed());
        cache.append(ids);
        return result;
      } catch (error) {
        if (!isDeviceLost(error) || !(await this.#recover(runtime, error))) throw error;
      }
    }
  }

  /** @returns whether there is a runtime to continue with */
  async #recover(lost: ModelRuntime, cause: Error): Promise<boolean> {
    // Another run may have met the same loss before.
    if (this.#current === lost) {
      this.#recovery ??= this.#replace(lost, cause).finally(() => {
        this.#recovery = undefined;
      });
      await this.#recovery;
    }
    return this.#current !== lost;
  }

  async #replace(lost: ModelRuntime, cause: Error): Promise<void> {
    await lost.dispose().catch(() => undefined);
    for (let next = this.#replacements.shift(); next; next = this.#replacements.shift()) {
      const opened = await next.open().catch(() => undefined);
      if (!opened) continue;
      this.#current = opened;
      this.#windowShare = next.windowShare;
      this.#onReplaced(cause);
      return;
    }
  }
}

/** A timeline that can be computed again: it knows its tokens. */
class RecoveringCache implements Cache {
  readonly #current: () => ModelRuntime;
  readonly #open: (runtime: ModelRuntime) => Cache;
  #runtime: ModelRuntime;
  #inner: Cache;
  #ids: number[] = [];

  /** @param current the runtime there is now */
  constructor(current: () => ModelRuntime, open: (runtime: ModelRuntime) => Cache) {
    this.#current = current;
    this.#open = open;
    this.#runtime = current();
    this.#inner = open(this.#runtime);
  }

  get length(): number {
    return this.#ids.length;
  }

  get limit(): number {
    return this.#now().limit;
  }

  get bytes(): number {
    return this.#inner.bytes;
  }

  /** The cache on the runtime there is now, with the keys and values of all its tokens. */
  async computed(): Promise<Cache> {
    const inner = this.#now();
    const runtime = this.#runtime;
    while (inner.length < this.#ids.length) {
      const ids = this.#ids.slice(inner.length, inner.length + CHUNK);
      await runtime.run({ ids, rows: [ids.length - 1] }, inner);
    }
    return inner;
  }

  append(ids: readonly number[]): void {
    this.#ids.push(...ids);
  }

  truncate(length: number): void {
    this.#ids.length = Math.min(this.#ids.length, length);
    this.#inner.truncate(length);
  }

  keep(): void {
    throw new PaddockError('bad-request', 'Timelines on the GPU have no branches.');
  }

  /** Tokens that slid out are not part of what is recomputed after a loss, so its keys and values no longer reflect them. */
  discard(range: SlotRange): void {
    if (this.#inner.length === this.#ids.length) this.#inner.discard(range);
    else this.#inner.truncate(range.start);
    this.#ids.splice(range.start, range.end - range.start);
  }

  dispose(): void {
    this.#ids = [];
    this.#inner.dispose();
  }

  /** The cache on the runtime there is now, empty if that has replaced another since. */
  #now(): Cache {
    const runtime = this.#current();
    if (this.#runtime !== runtime) {
      this.#runtime = runtime;
      this.#inner = this.#open(runtime);
    }
    return this.#inner;
  }
}

/** Whether an error says that the GPU is gone, in the words of Dawn and of onnxruntime. */
export function isDeviceLost(error: unknown): error is Error {
  return error instanceof Error && /\bdevice\]?\s+(is |was |has been )?lost\b|DeviceLost|lost device/i.test(error.message);
}
