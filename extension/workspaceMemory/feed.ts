import { inWords, isPaddockError, type MemorySize, type RememberParams } from '../../engine/index.ts';
import { type Budget, Ledger } from './ledger.ts';
import { LookList, type Reading, type Source } from './lookList.ts';

/** Characters sent at once; a longer document is sent alone. */
const BATCH = 64 * 1024;

/** The memory in the engine. */
export interface MemoryEngine {
  remember(params: RememberParams): Promise<MemorySize>;
  forgetWorkspace(): Promise<void>;
}

export interface FeedOptions {
  readonly engine: MemoryEngine;
  /** Awaited between batches. */
  readonly pause: () => Promise<void>;
  /** Called after each batch and when there is nothing left to do. */
  readonly onChange: () => void;
  readonly log: (level: 'debug' | 'info', message: string) => void;
  readonly budget?: Budget;
}

/** A document that was read. */
interface Read {
  readonly path: string;
  readonly near: boolean;
  readonly reading: Reading;
}

interface Batch {
  /** By path, their texts. */
  readonly documents: Map<string, string>;
  readonly gone: Set<string>;
}

/**
 * Sends documents to the engine's memory, one batch at a time: what the person works on first, only what has changed, and never more than
 * the budget. Free of `vscode`.
 */
export class Feed {
  readonly #options: FeedOptions;
  readonly #ledger: Ledger;
  readonly #list = new LookList();
  /** A document that was read, but was too long for the previous batch. */
  #held: Read | undefined;
  /** Counts the events that end the work under way: a model is opened, or closed. */
  #epoch = 0;
  #isOpen = false;
  #isWorking = false;
  /** One thing after the other. */
  #queue: Promise<void> = Promise.resolve();
  /** Whether a request failed, so that the ledger may be wrong. */
  #isDoubtful = false;
  /** Paths of documents for which there was no room. */
  readonly #leftOut = new Set<string>();
  #size: MemorySize | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.budget);
  }

  get paths(): string[] {
    return this.#ledger.paths;
  }

  get characters(): number {
    return this.#ledger.characters;
  }

  /** Documents still to be looked at. */
  get waiting(): number {
    return this.#list.size + (this.#held ? 1 : 0);
  }

  /** Documents for which there was no room. */
  get leftOut(): number {
    return this.#leftOut.size;
  }

  /** Whether there are documents that are being read or sent. */
  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** The engine's last report; undefined while no model is open. */
  get size(): MemorySize | undefined {
    return this.#isOpen ? this.#size : undefined;
  }

  has(path: string): boolean {
    return this.#ledger.has(path);
  }

  /**
   * Schedules documents to be read, now or as soon as a model is open.
   * @param near whether the person has them open: these come first, and replace others
   */
  look(sources: Iterable<Source>, near: boolean): void {
    for (const source of sources) this.#list.add({ source, near });
    this.#wake();
  }

  /** Starts with a model that has just been opened, whose memory is empty: so is {@link paths}. */
  async open(): Promise<void> {
    this.close();
    const epoch = this.#epoch;
    await this.#inTurn(async () => {
      if (epoch !== this.#epoch) return;
      const { engine } = this.#options;
      this.#size = await engine.remember({ documents: [], gone: [] });
      const isSame = this.#size.documents === this.#ledger.size && !this.#isDoubtful;
      if (!isSame && this.#size.documents > 0) await engine.forgetWorkspace();
      if (!isSame) this.#ledger.clear();
      this.#isDoubtful = false;
      this.#isOpen = epoch === this.#epoch;
    });
    this.#wake();
  }

  /** Stops until a model is opened; the list of documents to read is kept. */
  close(): void {
    this.#epoch++;
    this.#isOpen = false;
  }

  /** Empties the memory and the list of documents to read. */
  async forget(): Promise<void> {
    this.#list.clear();
    this.#held = undefined;
    this.#leftOut.clear();
    await this.#inTurn(async () => {
      this.#ledger.clear();
      if (!this.#isOpen) return;
      this.#size = undefined;
      await this.#options.engine.forgetWorkspace();
    });
    this.#options.onChange();
  }

  #wake(): void {
    if (!this.#isOpen || this.#isWorking || this.waiting === 0) return;
    this.#isWorking = true;
    const epoch = this.#epoch;
    void this.#inTurn(() => this.#run(epoch)).then(() => {
      this.#isWorking = false;
      this.#options.onChange();
      this.#wake();
    });
  }

  async #run(epoch: number): Promise<void> {
    while (this.waiting > 0 && epoch === this.#epoch) {
      const batch = await this.#nextBatch();
      if (epoch !== this.#epoch) return this.#undo(batch);
      if (batch.documents.size + batch.gone.size > 0) await this.#send(batch);
      this.#options.onChange();
      if (this.waiting > 0) await this.#options.pause();
    }
  }

  async #send(batch: Batch): Promise<void> {
    try {
      const documents = [...batch.documents].map(([path, text]) => ({ path, text }));
      this.#size = await this.#options.engine.remember({ documents, gone: [...batch.gone] });
    } catch (error) {
      this.#undo(batch);
      throw error;
    }
  }

  /** Those documents were not added, and whether the others were removed is unknown. */
  #undo({ documents }: Batch): void {
    this.#isDoubtful = true;
    for (const path of documents.keys()) this.#ledger.delete(path);
  }

  async #nextBatch(): Promise<Batch> {
    const batch: Batch = { documents: new Map(), gone: new Set() };
    let characters = 0;
    while (characters < BATCH) {
      const next = await this.#next();
      if (!next) break;
      const length = 'text' in next.reading ? next.reading.text.length : 0;
      if (characters > 0 && characters + length > BATCH) {
        this.#held = next;
        break;
      }
      if (this.#enter(next, batch)) characters += length;
    }
    return batch;
  }

  async #next(): Promise<Read | undefined> {
    const held = this.#held;
    this.#held = undefined;
    if (held) return held;
    const look = this.#list.take();
    if (!look) return undefined;
    const { source, near } = look;
    const reading = await source.read().catch((error: unknown): Reading => ({ fault: String(error) }));
    return { path: source.path, near, reading };
  }

  /** Adds a document to the batch, if it has changed. @returns whether it is */
  #enter({ path, near, reading }: Read, batch: Batch): boolean {
    this.#leftOut.delete(path);
    if (!('text' in reading)) {
      this.#options.log('debug', `${path} is not remembered: ${reading.fault}.`);
      if (this.#ledger.delete(path) || this.#isDoubtful) takeOut(batch, [path]);
      return false;
    }
    const { outcome, gone } = this.#ledger.enter(path, reading.text, near);
    takeOut(batch, gone);
    for (const each of gone) this.#leftOut.add(each);
    if (outcome === 'entered') batch.documents.set(path, reading.text);
    // Documents farther away have no room either; those in the memory may have changed, or be gone.
    if (outcome === 'full') this.#leaveOut(path, near ? [] : this.#list.takeRest((other) => this.#ledger.has(other)));
    return outcome === 'entered';
  }

  #leaveOut(path: string, others: readonly Source[]): void {
    for (const each of [path, ...others.map((other) => other.path)]) this.#leftOut.add(each);
    const those = others.length > 0 ? ` and for ${others.length} documents that are farther away` : '';
    this.#options.log('info', `The workspace memory has no room for ${path}${those}.`);
  }

  async #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(task).catch((error: unknown) => {
      this.#isDoubtful = true;
      // Without a model there is nothing to do until one is opened.
      if (isPaddockError(error, 'engine-gone') || isPaddockError(error, 'no-model')) this.close();
      const message = inWords(error);
      this.#options.log('debug', `The workspace memory was not told: ${message}`);
    });
    this.#queue = done;
    await done;
  }
}

/** The engine removes before it adds, so one batch must not add what it removes. */
function takeOut({ documents, gone }: Batch, paths: readonly string[]): void {
  for (const path of paths) {
    documents.delete(path);
    gone.add(path);
  }
}
