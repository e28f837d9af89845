import { readFile, writeFile } from 'node:fs/promises';
import type { Scores } from './run.ts';

interface Stored {
  /** The options of the measurement. */
  readonly options: string;
  readonly scores: Readonly<Record<string, Scores>>;
}

/** Scores of repositories in a file, so that a long run can be done in parts. */
export class Records {
  readonly #file: string | undefined;
  readonly #options: string;
  readonly #scores: Map<string, Scores>;

  private constructor(file: string | undefined, options: string, scores: Iterable<readonly [string, Scores]>) {
    this.#file = file;
    this.#options = options;
    this.#scores = new Map(scores);
  }

  /**
   * Reads a file or starts a new one; without a file nothing is stored.
   * @param options the file's scores are used only if they were measured with the same options
   */
  static async open(file: string | undefined, options: object): Promise<Records> {
    const wanted = JSON.stringify(options);
    const text = file && (await readFile(file, 'utf8').catch(() => undefined));
    const stored = text ? (JSON.parse(text) as Stored) : undefined;
    return new Records(file, wanted, stored?.options === wanted ? Object.entries(stored.scores) : []);
  }

  get(repository: string): Scores | undefined {
    return this.#scores.get(repository);
  }

  async set(repository: string, scores: Scores): Promise<void> {
    this.#scores.set(repository, scores);
    const stored: Stored = { options: this.#options, scores: Object.fromEntries(this.#scores) };
    if (this.#file) await writeFile(this.#file, JSON.stringify(stored));
  }
}
