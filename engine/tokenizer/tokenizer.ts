import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { PaddockError } from '../errors.ts';
import { huggingFaceFacts, type InfillIds, isRecord, type TokenizerFacts } from './facts.ts';
import { addedTokens, withExplicitWords, withoutCharacterMap, withoutSpacePrefix } from './huggingFace.ts';
import { LineCache } from './lineCache.ts';
import { END_NAMES, INFILL_NAMES } from './names.ts';
import { pieceBytes, type Spelling, spellingOf } from './pieces.ts';
import { checkSteps } from './steps.ts';
import { MAX_TOKENS } from './vocabulary.ts';

/** The parsed files that describe a tokenizer. */
export interface TokenizerFiles {
  /** `tokenizer.json` */
  readonly json: Readonly<Record<string, unknown>>;
  /** `tokenizer_config.json`; empty when there is none. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Path of `tokenizer.json`, for messages. */
  readonly path: string;
  /** Facts known from elsewhere; they override the files. */
  readonly facts?: Partial<TokenizerFacts>;
}

/**
 * Text to tokens and back, by `@huggingface/tokenizers` from a `tokenizer.json`.
 * Control tokens are never produced from text: a file that contains `<|fim_middle|>` is only text.
 */
export class Tokenizer {
  readonly #library: HuggingFaceTokenizer;
  readonly #controls: ReadonlyMap<string, number>;
  readonly #controlIds: ReadonlySet<number>;
  readonly #swallowing: ReadonlySet<number>;
  readonly #pieces: (string | undefined)[];
  readonly #spelling: Spelling | undefined;
  readonly #userText: ReadonlyMap<number, Uint8Array>;
  readonly #encode: (text: string) => number[];
  readonly #facts: TokenizerFacts;
  readonly #path: string;
  #texts: readonly string[] | undefined;

  /**
   * @param files the parsed `tokenizer.json` and `tokenizer_config.json`
   * @throws PaddockError `bad-model` when the library cannot read it, `unsupported-model` for a kind that is not known or might take for ever
   */
  constructor({ json: given, config, path, facts }: TokenizerFiles) {
    this.#path = path;
    checkModel(given.model, path);
    checkSteps(given, path);
    const added = addedTokens(given);
    this.#controls = new Map(added.filter(({ special }) => special).map(({ content, id }) => [content, id]));
    this.#controlIds = new Set(added.filter(({ special }) => special).map(({ id }) => id));
    this.#swallowing = new Set(added.filter(({ special, rstrip }) => special && rstrip).map(({ id }) => id));
    try {
      const { json: mapped, normalize } = withoutCharacterMap(given);
      const { json: spaced, prefix } = withoutSpacePrefix(mapped);
      const json = withExplicitWords(spaced);
      const userDefined = added.filter(({ special }) => !special);
      const text = {
        ...json,
        model: withoutControls(json.model, this.#controls),
        added_tokens: userDefined,
        post_processor: null,
      };
      this.#library = new HuggingFaceTokenizer(text, { ...config, clean_up_tokenization_spaces: false });
      this.#pieces = piecesOf(this.#library);
      this.#spelling = spellingOf(json.decoder);
      const encoder = new TextEncoder();
      this.#userText = new Map(userDefined.map(({ id, content }) => [id, encoder.encode(content)]));
      const idOf = (name: string) => this.#controls.get(name) ?? this.#library.token_to_id(name);
      const found = { infill: undefined, spacePrefix: prefix, normalize, ...huggingFaceFacts(given, config, idOf) };
      this.#facts = { ...found, ...facts };
      const encode = (piece: string) => this.#ask((library) => library.encode(piece, { add_special_tokens: false }).ids);
      const lines = this.#facts.normalize ? undefined : LineCache.of(encode);
      this.#encode = lines ? (piece) => lines.encode(piece) : encode;
    } catch (error) {
      throw damaged(path, error);
    }
  }

  /**
   * Tokens of a text from its start, without any control token before or after. Where the vocabulary sets a space before a text, as
   * SentencePiece does, so does this. Lone surrogates are read as U+FFFD.
   */
  encode(text: string): number[] {
    const clean = this.#normalize(text);
    if (clean === '') return [];
    const { spacePrefix } = this.#facts;
    return this.#encode(
      spacePrefix === 'always' || (spacePrefix === 'unless-space' && !/^[ \u2581]/.test(clean)) ? ` ${clean}` : clean,
    );
  }

  /** The same for a text that continues another: no space is prepended. */
  encodeContinuation(text: string): number[] {
    return this.#encode(this.#normalize(text));
  }

  #normalize(text: string): string {
    const clean = text.toWellFormed();
    return this.#facts.normalize ? this.#facts.normalize(clean) : clean;
  }

  /** Text of tokens; control tokens give none. Bytes that are not yet a whole character give U+FFFD. */
  decode(tokens: readonly number[]): string {
    const text = tokens.filter((token) => !this.#controlIds.has(token));
    if (this.#spelling === undefined) return this.#decodeByLibrary(text);
    const parts = text.map((token) => this.#bytes(token));
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    // A byte-order mark is a character like any other.
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  /**
   * Bytes of a token's text, none for a control token; those of several tokens are the bytes of their text, one after the other.
   * @returns undefined where a token's text depends on those around it
   */
  bytesOf(token: number): Uint8Array | undefined {
    if (this.#spelling === undefined) return undefined;
    return this.#controlIds.has(token) ? new Uint8Array() : this.#bytes(token);
  }

  #bytes(token: number): Uint8Array {
    const user = this.#userText.get(token);
    if (user) return user;
    const piece = this.#pieces[token];
    return piece === undefined ? new Uint8Array() : pieceBytes(piece, this.#spelling as Spelling);
  }

  /** Some decoders strip a space at the start; after an anchor it is not the start. */
  #decodeByLibrary(text: number[]): string {
    const anchor = this.#encode('x');
    if (text.length === 0 || anchor.length === 0) return '';
    return this.#ask((library) => library.decode([...anchor, ...text]).slice(library.decode(anchor).length));
  }

  /** The library notices some damage only when it meets it. @throws PaddockError `bad-model` */
  #ask<T>(question: (library: HuggingFaceTokenizer) => T): T {
    try {
      return question(this.#library);
    } catch (error) {
      throw damaged(this.#path, error);
    }
  }

  /** The text of every token by its number; empty for control tokens and for single bytes of longer characters. */
  get texts(): readonly string[] {
    if (!this.#texts) {
      const texts = new Array<string>(this.size).fill('');
      this.#pieces.forEach((piece, token) => {
        if (piece === undefined) return; // A vocabulary may leave numbers out.
        const text = this.decode([token]);
        if (!text.includes('\ufffd')) texts[token] = text;
      });
      this.#texts = texts;
    }
    return this.#texts;
  }

  /** Tokens in the vocabulary: one more than the highest number. */
  get size(): number {
    let size = this.#pieces.length;
    for (const id of this.#controlIds) size = Math.max(size, id + 1);
    return size;
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

  /** Whether white space that follows a control token in a prompt is part of it, and gives no token. */
  swallowsSpace(control: number): boolean {
    return this.#swallowing.has(control);
  }

  /** The token as the vocabulary writes it, for display. */
  piece(token: number): string {
    return [...this.#controls].find(([, id]) => id === token)?.[0] ?? this.#pieces[token] ?? '';
  }

  /** The Jinja source that turns a conversation into a prompt, when the files hold one. */
  get chatTemplate(): string | undefined {
    return this.#facts.chatTemplates.get('default');
  }

  /** All of them, by name. */
  get chatTemplates(): ReadonlyMap<string, string> {
    return this.#facts.chatTemplates;
  }

  /** The token a text begins with. */
  get bos(): number | undefined {
    return this.#facts.bos;
  }

  /** Whether a prompt begins with {@link bos}; undefined when the files do not say. */
  get addBos(): boolean | undefined {
    return this.#facts.addBos;
  }

  /** Whether an input ends with the end token, as T5's encoder wants. */
  get addEos(): boolean {
    return this.#facts.addEos;
  }

  get pad(): number | undefined {
    return this.#facts.pad;
  }

  /** What is taken off the log-odds of a refusal, in nats; see {@link TokenizerFacts.refusalOffset}. */
  get refusalOffset(): number {
    return this.#facts.refusalOffset;
  }

  /** Tokens that end an answer: those the files name, and control tokens known to. */
  get endTokens(): ReadonlySet<number> {
    const named = END_NAMES.map((name) => this.#controls.get(name)).filter((id) => id !== undefined);
    return new Set([...this.#facts.ends, ...named]);
  }

  /** The model's tokens for filling in the middle, if it was trained with any. */
  get infill(): InfillIds | undefined {
    if (this.#facts.infill) return this.#facts.infill;
    for (const names of INFILL_NAMES) {
      const [prefix, suffix] = [this.#controls.get(names.prefix), this.#controls.get(names.suffix)];
      const middle = names.middle === undefined ? undefined : this.#controls.get(names.middle);
      if (prefix === undefined || suffix === undefined) continue;
      if (middle !== undefined || names.middle === undefined) return { prefix, suffix, middle };
    }
    return undefined;
  }
}

/** Kinds of vocabularies that can write any text. Others, such as BERT's WordPiece, are for models that write none. */
const MODEL_TYPES = ['BPE', 'Unigram'];

/** @throws PaddockError `unsupported-model` for a kind that is not known; older files do not say theirs */
function checkModel(model: unknown, path: string): void {
  const type = isRecord(model) ? model.type : undefined;
  if (type === undefined || type === null || MODEL_TYPES.includes(String(type))) return;
  throw new PaddockError(
    'unsupported-model',
    `${path} is of the type ${JSON.stringify(type).slice(0, 80)}, which is not known. Known are ${MODEL_TYPES.join(' and ')}.`,
  );
}

function damaged(path: string, error: unknown): PaddockError {
  if (error instanceof PaddockError) return error;
  return new PaddockError('bad-model', `${path} cannot be read: ${(error as Error).message}. Copy the file again.`);
}

/** Some vocabularies take a word that is a whole token as it is; it must not be a control token. */
function withoutControls(model: unknown, controls: ReadonlyMap<string, number>): unknown {
  if (!isRecord(model) || model.ignore_merges !== true || !isRecord(model.vocab)) return model;
  const vocab: Record<string, unknown> = Object.assign(Object.create(null), model.vocab);
  for (const name of controls.keys()) delete vocab[name];
  return { ...model, vocab };
}

/** Pieces by number, checked: an absurdly large number would make a list of that length. */
function piecesOf(library: HuggingFaceTokenizer): (string | undefined)[] {
  const pieces: (string | undefined)[] = [];
  for (const [piece, id] of (library.model.tokens_to_ids as Map<string, unknown>).entries()) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= MAX_TOKENS) {
      throw new RangeError(`${JSON.stringify(piece.slice(0, 40))} has no valid number`);
    }
    pieces[id] = piece;
  }
  return pieces;
}
