/** The result of reading a document: its text, or why it must not be remembered. */
export type Reading = { readonly text: string } | { readonly fault: string };

/** A document that may have changed. */
export interface Source {
  /** By which the engine knows it. */
  readonly path: string;
  /** Its present text. */
  read(): Promise<Reading>;
}

/** A document to be looked at. */
export interface Look {
  readonly source: Source;
  /** Whether the person has it open or works on it. */
  readonly near: boolean;
}

/** Documents to be looked at, each once: those near the person first, then in the order in which they came. */
export class LookList {
  readonly #near = new Map<string, Source>();
  readonly #rest = new Map<string, Source>();

  get size(): number {
    return this.#near.size + this.#rest.size;
  }

  add({ source, near }: Look): void {
    const { path } = source;
    if (near) this.#rest.delete(path);
    if (near || this.#near.has(path)) this.#near.set(path, source);
    else this.#rest.set(path, source);
  }

  take(): Look | undefined {
    for (const list of [this.#near, this.#rest]) {
      const [first] = list.values();
      if (!first) continue;
      list.delete(first.path);
      return { source: first, near: list === this.#near };
    }
    return undefined;
  }

  /** Removes those that are not near, except some. */
  takeRest(stays: (path: string) => boolean): Source[] {
    const sources = [...this.#rest.values()].filter(({ path }) => !stays(path));
    for (const { path } of sources) this.#rest.delete(path);
    return sources;
  }

  clear(): void {
    this.#near.clear();
    this.#rest.clear();
  }
}
