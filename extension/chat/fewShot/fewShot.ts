import { inWords } from '../../../engine/index.ts';
import { type Examples, MOST_EXAMPLES } from '../../../webview/protocol/chatAttachments.ts';
import type { ChatEngine } from '../chatEngine.ts';
import type { ChatHost } from '../chatHost.ts';
import type { Example } from '../conversation.ts';
import { type Wanted, wantedFor } from './example.ts';

/** Storage key, per workspace, of how many examples questions get. */
const WANTED_KEY = 'chatExamples';
/** Longest time a question waits for the search for examples after it is sent, in milliseconds. */
const LONGEST_MS = 5_000;

/** Examples of one question, while they are looked for and when they were found. */
interface Search {
  readonly key: string;
  readonly examples: Promise<readonly Example[]>;
  found: readonly Example[] | undefined;
  tokens: readonly number[];
}

/** The examples given with questions: as many as the person wants, searched again whenever the question is about other code. */
export class FewShot {
  readonly #engine: Pick<ChatEngine, 'countTokens'>;
  readonly #host: Pick<ChatHost, 'workspace' | 'examples' | 'log'>;
  readonly #onFound: () => void;
  #search: Search | undefined;
  #abort = new AbortController();

  /** @param onFound called when examples for the draft, or their cost, were found */
  constructor(
    engine: Pick<ChatEngine, 'countTokens'>,
    host: Pick<ChatHost, 'workspace' | 'examples' | 'log'>,
    onFound: () => void,
  ) {
    this.#engine = engine;
    this.#host = host;
    this.#onFound = onFound;
  }

  get wanted(): number {
    const stored = this.#host.workspace.get(WANTED_KEY);
    return typeof stored === 'number' && Number.isInteger(stored) ? Math.max(0, Math.min(stored, MOST_EXAMPLES)) : 0;
  }

  async want(count: number): Promise<void> {
    await this.#host.workspace.update(WANTED_KEY, count);
  }

  /** What the panel shows of them. */
  get shown(): Examples {
    const { found, tokens = [] } = this.#search ?? {};
    return { wanted: this.wanted, found: found?.map(({ label }, i) => ({ label, tokens: tokens[i] ?? null })) ?? null };
  }

  /** Those of the message that is being written, as far as they are found. */
  get found(): readonly Example[] {
    return this.#search?.found ?? [];
  }

  /** A message is being written. */
  look(text: string, attachments: readonly Wanted['code'][]): void {
    this.#searchFor(wantedFor(text, attachments));
  }

  /** The examples of a question that is to be sent. */
  async of(text: string, attachments: readonly Wanted['code'][]): Promise<readonly Example[]> {
    const search = this.#searchFor(wantedFor(text, attachments));
    if (!search) return [];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<readonly Example[]>((resolve) => {
      timer = setTimeout(() => resolve([]), LONGEST_MS);
    });
    const examples = await Promise.race([search.examples, late]);
    clearTimeout(timer);
    return examples;
  }

  /** The draft was sent; files may have changed before the next one. */
  forget(): void {
    this.#abort.abort();
    this.#search = undefined;
  }

  #searchFor(wanted: Wanted | undefined): Search | undefined {
    const count = this.wanted;
    if (!wanted || count === 0) {
      this.forget();
      return undefined;
    }
    const { command, code } = wanted;
    const key = JSON.stringify([command, code.label, code.language, code.text, count]);
    if (this.#search?.key === key) return this.#search;
    this.forget();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const search: Search = { key, examples: this.#find(wanted, count, signal), found: undefined, tokens: [] };
    this.#search = search;
    void this.#tell(search);
    return search;
  }

  /** Never rejects: a question without its examples is better than none. */
  async #find(wanted: Wanted, count: number, signal: AbortSignal): Promise<readonly Example[]> {
    try {
      return await this.#host.examples(wanted, count, signal);
    } catch (error) {
      this.#host.log(`Examples could not be looked for: ${inWords(error)}`);
      return [];
    }
  }

  async #tell(search: Search): Promise<void> {
    search.found = await search.examples;
    if (search === this.#search) this.#onFound();
    const texts = search.found.map(({ language, code, answer }) => `\`\`\`${language}\n${code}\n\`\`\`\n${answer}`);
    // Without a model nothing has a cost.
    search.tokens = await this.#engine.countTokens(texts).catch(() => []);
    if (search === this.#search && texts.length > 0) this.#onFound();
  }
}
