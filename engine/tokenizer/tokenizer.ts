import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { PaddockError } from '../errors.ts';
import { LineCache } from './lineCache.ts';

/** The parsed files that describe a tokenizer. */
export interface TokenizerFiles {
  /** `tokenizer.json` */
  readonly json: Record<string, unknown>;
  /** `tokenizer_config.json`; empty when there is none. */
  readonly config: Record<string, unknown>;
  /** Path of `tokenizer.json`, for messages. */
  readonly path: string;
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/**
 * Text to tokens and back, by `@huggingface/tokenizers` from a `tokenizer.json`.
 * Control tokens are never produced from text: a file that contains `<|fim_middle|>` is only text.
 */
export class Tokenizer {
  readonly #library: HuggingFaceTokenizer;
  readonly #controls: ReadonlyMap<string, number>;
  readonly #controlIds: ReadonlySet<number>;
  readonly #lines: LineCache | undefined;
  readonly #anchor: number[];
  readonly #anchorText: string;
  #texts: readonly string[] | undefined;

  /**
   * @param files the parsed `tokenizer.json` and `tokenizer_config.json`
   * @throws PaddockError `bad-model` when the library cannot read it
   */
  constructor({ json, config, path }: TokenizerFiles) {
    const added = (Array.isArray(json.added_tokens) ? json.added_tokens : []) as AddedToken[];
    this.#controls = new Map(added.filter(({ special }) => special).map(({ content, id }) => [content, id]));
    this.#controlIds = new Set(this.#controls.values());
    const text = { ...json, added_tokens: added.filter(({ special }) => !special), post_processor: null };
    try {
      this.#library = new HuggingFaceTokenizer(text, { ...config, clean_up_tokenization_spaces: false });
      this.#anchor = this.#library.encode('x', { add_special_tokens: false }).ids;
      this.#anchorText = this.#library.decode(this.#anchor);
    } catch (error) {
      throw new PaddockError('bad-model', `${path} cannot be read: ${(error as Error).message}. Copy the file again.`);
    }
    const encode = (piece: string) => this.#library.encode(piece, { add_special_tokens: false }).ids;
    this.#lines = LineCache.isExact(encode) ? new LineCache(encode) : undefined;
  }

  /** Tokens of a text, without any control token before or after. Lone surrogates are read as U+FFFD. */
  encode(text: string): number[] {
    const clean = text.toWellFormed();
    return this.#lines ? this.#lines.encode(clean) : this.#library.encode(clean, { add_special_tokens: false }).ids;
  }

  /** Text of tokens; control tokens give none. Bytes that are not yet a whole character give U+FFFD. */
  decode(tokens: readonly number[]): string {
    const text = tokens.filter((token) => !this.#controlIds.has(token));
    // Some decoders strip a space at the start; after an anchor it is not the start.
    return this.#library.decode([...this.#anchor, ...text]).slice(this.#anchorText.length);
  }

  /** The text of every token by its number; empty for control tokens and for single bytes of longer characters. */
  get texts(): readonly string[] {
    if (!this.#texts) {
      const texts: string[] = [];
      for (const token of this.#library.get_vocab().values()) {
        const text = this.decode([token]);
        texts[token] = text.includes('\ufffd') ? '' : text;
      }
      // A vocabulary may leave numbers out.
      this.#texts = Array.from(texts, (text) => text ?? '');
    }
    return this.#texts;
  }

  /** The number of a control token such as `<|fim_prefix|>`. */
  control(content: string): number | undefined {
    return this.#controls.get(content);
  }

  /** Numbers of all control tokens: none of them is ever part of a text. */
  get controls(): ReadonlySet<number> {
    return this.#controlIds;
  }

  /** Names of all control tokens, by number. */
  get controlNames(): ReadonlyMap<string, number> {
    return this.#controls;
  }

  /** The token as the vocabulary writes it, for display. */
  piece(token: number): string {
    return this.#library.id_to_token(token) ?? [...this.#controls].find(([, id]) => id === token)?.[0] ?? '';
  }
}
