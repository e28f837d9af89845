import path from 'node:path';
import { type Heads, inWords, isPaddockError } from '../../engine/index.ts';
import { nameFor } from '../storage/nameFor.ts';
import { SharedFile } from '../storage/sharedFile.ts';
import { noPreferences, parse, type StoredPreferences, serialize } from './stored.ts';

/** A person's preferences about the answers of a model. */
export interface Known {
  readonly stored: StoredPreferences;
  /** The heads as they ship with the model, or with the default model. */
  readonly prior: Heads;
}

/** What the store of preferences needs. */
export interface PreferencesOptions {
  /** Made when something is to be kept. */
  readonly folder: string;
  /** The heads that ship with a model. @throws PaddockError where there are none */
  readonly prior: (model: string) => Promise<Heads>;
  readonly warn: (message: string) => void;
  /** Called when something was loaded or has changed. */
  readonly onChange: () => void;
}

/** The preferences about all models, a file for each, which windows share. */
export class Preferences {
  readonly #options: PreferencesOptions;
  readonly #files = new Map<string, SharedFile<StoredPreferences>>();
  readonly #known = new Map<string, Known>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #changing = new Map<string, Promise<unknown>>();

  constructor(options: PreferencesOptions) {
    this.#options = options;
  }

  /** The preferences about a model; undefined while they are first read, and for models without heads. */
  known(model: string): Known | undefined {
    if (!this.#known.has(model)) void this.load(model);
    return this.#known.get(model);
  }

  /** The same, awaited, with changes since they were read. Never rejects. */
  async load(model: string): Promise<Known | undefined> {
    const loading = this.#loading.get(model) ?? this.#read(model);
    this.#loading.set(model, loading);
    await loading;
    return this.#known.get(model);
  }

  /**
   * Changes the preferences about a model, one change after the other. Never rejects: a failed save is logged, and the change still holds
   * for this window.
   */
  async change(model: string, change: (stored: StoredPreferences, prior: Heads) => StoredPreferences): Promise<void> {
    const before = this.#changing.get(model);
    const changing = this.#change(model, change, before);
    this.#changing.set(model, changing);
    await changing;
  }

  /** Reads what other windows have written since; nothing where there is no file, or it cannot be read. Never rejects. */
  async refresh(model: string): Promise<void> {
    await this.#changing.get(model);
    const known = await this.load(model);
    const stored = await this.#fileOf(model)
      .read()
      .catch(() => undefined);
    if (!known || !stored) return;
    this.#known.set(model, { ...known, stored });
    this.#options.onChange();
  }

  /** Waits until all is written. */
  async flush(): Promise<void> {
    await Promise.all(this.#changing.values());
  }

  async #read(model: string): Promise<void> {
    const [prior, stored] = await Promise.all([this.#priorOf(model), this.#storedOf(model)]);
    if (!prior) return;
    this.#known.set(model, { prior, stored });
    this.#options.onChange();
  }

  async #priorOf(model: string): Promise<Heads | undefined> {
    try {
      return await this.#options.prior(model);
    } catch (error) {
      if (!isPaddockError(error, 'model-not-found')) this.#options.warn(`The preference heads: ${inWords(error)}`);
      return undefined;
    }
  }

  async #storedOf(model: string): Promise<StoredPreferences> {
    try {
      return (await this.#fileOf(model).readOrSetAside()) ?? noPreferences(model);
    } catch (error) {
      this.#options.warn(`The preferences about ${model} cannot be read: ${inWords(error)}`);
      return noPreferences(model);
    }
  }

  async #change(
    model: string,
    change: (stored: StoredPreferences, prior: Heads) => StoredPreferences,
    before: Promise<unknown> | undefined,
  ): Promise<void> {
    await before;
    const known = await this.load(model);
    if (!known) return;
    const { prior } = known;
    let stored: StoredPreferences;
    try {
      stored = await this.#fileOf(model).update((there) => change(there ?? noPreferences(model), prior));
    } catch (error) {
      this.#options.warn(`The preferences about ${model} were not saved: ${inWords(error)}`);
      stored = change((this.#known.get(model) ?? known).stored, prior);
    }
    this.#known.set(model, { prior, stored });
    this.#options.onChange();
  }

  #fileOf(model: string): SharedFile<StoredPreferences> {
    const there = this.#files.get(model);
    if (there) return there;
    const onBroken = (aside: string) => this.#options.warn(`A file of preferences cannot be understood. It is kept as ${aside}.`);
    const format = { parse: (text: string) => ofModel(parse(text), model), serialize };
    const file = new SharedFile<StoredPreferences>(path.join(this.#options.folder, `${nameFor(model)}.json`), format, onBroken);
    this.#files.set(model, file);
    return file;
  }
}

function ofModel(stored: StoredPreferences | undefined, model: string): StoredPreferences | undefined {
  return stored?.model === model ? stored : undefined;
}
