import { PaddockError } from '../errors.ts';
import { byteLevelFiles } from './byteLevel.ts';
import type { TokenizerFacts } from './facts.ts';
import { preTokenizerNamed } from './preTokenizers.ts';
import { sentencePieceFiles } from './sentencePiece.ts';
import { Tokenizer, type TokenizerFiles } from './tokenizer.ts';
import { type AddedToken, badVocabulary, MAX_TOKENS, TokenType } from './vocabulary.ts';

/** The metadata of a GGUF file by key; a `Map` will do. Arrays are plain or typed. */
export interface GgufVocabulary {
  get(key: string): unknown;
}

const PREFIX = 'tokenizer.ggml.';
const TEMPLATE = 'tokenizer.chat_template';

/**
 * The tokenizer in a GGUF file's metadata (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
 * @param path of the file, for messages
 * @throws PaddockError `bad-model` when it is damaged, `unsupported-model` when it is of a kind that is not known
 */
export function tokenizerFromGguf(metadata: GgufVocabulary, path: string): Tokenizer {
  const files = ggufTokenizerFiles(metadata, path);
  return new Tokenizer(/phi-?3/i.test(String(metadata.get('general.name'))) ? withSwallowing(files) : files);
}

/** Control tokens of Phi-3 take the white space behind them along; these files have no field for it, and llama.cpp goes by the name, too. */
function withSwallowing(files: TokenizerFiles): TokenizerFiles {
  const plain = new Set(['<unk>', '<s>', '<|endoftext|>']);
  const added = (files.json.added_tokens as AddedToken[]).map((token) => ({
    ...token,
    rstrip: token.special && !plain.has(token.content),
  }));
  return { ...files, json: { ...files.json, added_tokens: added } };
}

/** The same as the files a Hugging Face folder would have. */
function ggufTokenizerFiles(metadata: GgufVocabulary, path: string): TokenizerFiles {
  const fields = new Fields(metadata, path);
  const kind = fields.string('model') ?? '';
  const pieces = fields.strings('tokens');
  if (!pieces || pieces.length === 0) throw badVocabulary(path, 'it holds no tokens');
  const types = fields.numbers('token_type', pieces.length) ?? new Uint8Array(pieces.length).fill(TokenType.normal);
  const facts = factsOf(fields, pieces.length);
  const common = { pieces, types, path };
  if (kind === 'gpt2') {
    const pre = fields.string('pre') ?? 'default';
    const addBos = facts.addBos ?? preTokenizerNamed(pre, path).addBos ?? false;
    const merges = fields.strings('merges');
    if (!merges) throw badVocabulary(path, 'it holds no merges');
    return byteLevelFiles({ ...common, merges, pre, facts: { ...facts, addBos } });
  }
  if (kind !== 'llama' && kind !== 't5') {
    throw new PaddockError(
      'unsupported-model',
      `${path} has a vocabulary of the kind ${JSON.stringify(kind.slice(0, 80))}. Known are llama, gpt2 and t5.`,
    );
  }
  const isUnigram = kind === 't5';
  const scores = fields.numbers('scores', pieces.length);
  if (!scores) throw badVocabulary(path, 'it holds no scores');
  const defaults = isUnigram ? { eos: 1, unknown: 2 } : { bos: 1, eos: 2, unknown: 0 };
  return sentencePieceFiles({
    ...common,
    kind: isUnigram ? 'unigram' : 'bpe',
    scores,
    unknown: fields.id('unknown_token_id', pieces.length) ?? defaults.unknown,
    addSpacePrefix: fields.flag('add_space_prefix') ?? true,
    removeExtraSpaces: fields.flag('remove_extra_whitespaces') ?? false,
    characterMap: fields.bytes('precompiled_charsmap'),
    facts: {
      ...facts,
      bos: facts.bos ?? defaults.bos,
      ends: facts.ends.length > 0 ? facts.ends : [defaults.eos],
      addBos: facts.addBos ?? !isUnigram,
      addEos: fields.flag('add_eos_token') ?? isUnigram,
    },
  });
}

function factsOf(fields: Fields, size: number) {
  const id = (...keys: string[]) => keys.map((key) => fields.id(`${key}_token_id`, size)).find((found) => found !== undefined);
  const [prefix, suffix, middle] = [id('fim_pre', 'prefix'), id('fim_suf', 'suffix'), id('fim_mid', 'middle')];
  const isInfilling = prefix !== undefined && suffix !== undefined && middle !== undefined;
  return {
    bos: id('bos'),
    pad: id('padding'),
    ends: ['eos', 'eot', 'eom'].map((key) => id(key)).filter((found) => found !== undefined),
    infill: isInfilling ? { prefix, suffix, middle } : undefined,
    addBos: fields.flag('add_bos_token'),
    addEos: fields.flag('add_eos_token') ?? false,
    chatTemplates: fields.templates(),
  } satisfies Partial<TokenizerFacts>;
}

/** The metadata, each value checked. */
class Fields {
  readonly #metadata: GgufVocabulary;
  readonly #path: string;

  constructor(metadata: GgufVocabulary, path: string) {
    this.#metadata = metadata;
    this.#path = path;
  }

  string(name: string): string | undefined {
    const value = this.#metadata.get(PREFIX + name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#bad(name, 'a string');
  }

  flag(name: string): boolean | undefined {
    const value = this.#metadata.get(PREFIX + name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#bad(name, 'true or false');
  }

  /** A token's number; undefined as well when there is no such token, as some converters write 2³² − 1 for none. */
  id(name: string, size: number): number | undefined {
    const value = this.#metadata.get(PREFIX + name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' && typeof value !== 'bigint') throw this.#bad(name, 'a number');
    const id = Number(value);
    return Number.isInteger(id) && id >= 0 && id < size ? id : undefined;
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.#metadata.get(PREFIX + name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.length <= MAX_TOKENS && value.every((item) => typeof item === 'string')) return value;
    throw this.#bad(name, 'a list of strings');
  }

  /** At least `count` numbers. */
  numbers(name: string, count: number): ArrayLike<number> | undefined {
    const value = this.#metadata.get(PREFIX + name);
    if (value === undefined) return undefined;
    if (!isNumbers(value) || value.length < count) throw this.#bad(name, `a list of ${count} numbers`);
    return value;
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.#metadata.get(PREFIX + name);
    if (value === undefined) return undefined;
    if (!isNumbers(value)) throw this.#bad(name, 'a list of bytes');
    return Uint8Array.from(value);
  }

  templates(): Map<string, string> {
    const templates = new Map<string, string>();
    const usual = this.#metadata.get(TEMPLATE);
    if (typeof usual === 'string') templates.set('default', usual);
    const names = this.#metadata.get('tokenizer.chat_templates');
    for (const name of Array.isArray(names) ? names : []) {
      const template = this.#metadata.get(`${TEMPLATE}.${name}`);
      if (typeof name === 'string' && typeof template === 'string') templates.set(name, template);
    }
    return templates;
  }

  #bad(name: string, expected: string): PaddockError {
    return badVocabulary(this.#path, `"${PREFIX}${name}" is not ${expected}`);
  }
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number' && !Number.isNaN(item));
  if (!ArrayBuffer.isView(value) || value instanceof BigInt64Array || value instanceof BigUint64Array) return false;
  return 'length' in value && !(value instanceof Float32Array && value.some(Number.isNaN));
}
