import { isPaddockError, PaddockError } from '../errors.ts';
import { chatTemplatesOf, contentOf, isRecord, type TokenizerFacts } from './facts.ts';
import { readSentencePieceModel } from './sentencePieceModel.ts';
import { isTiktoken, readTiktoken } from './tiktoken.ts';
import { Tokenizer, type TokenizerFiles } from './tokenizer.ts';
import type { AddedToken } from './vocabulary.ts';

/** What is read of a model folder; a `ModelFolder` is one. */
export interface TokenizerFolder {
  /** For messages. */
  readonly path: string;
  /** The whole of a text file, or undefined when there is none. */
  readText(name: string): Promise<string | undefined>;
  /** @throws PaddockError `bad-model` when there is no such file */
  openFile(name: string): Promise<{
    /** Bytes. */
    readonly size: number;
    read(offset: number, length: number): Promise<Uint8Array>;
    close(): Promise<void>;
  }>;
}

type Json = Record<string, unknown>;

/** Reads a JSON object, undefined where there is no such file. @throws PaddockError `bad-model` when it is no JSON object */
export type FindJson = (folder: TokenizerFolder, name: string) => Promise<Json | undefined>;

/** SentencePiece models by the names that model folders give them; `tokenizer.model` may also be of tiktoken's kind. */
const MODEL_NAMES = ['tokenizer.model', 'spiece.model', 'sentencepiece.bpe.model'];

/** The largest known, Gemma's, has 4 MB. */
const MAX_MODEL_BYTES = 256 * 1024 * 1024;

/**
 * The tokenizer of a Hugging Face model folder: `tokenizer.json`, else a model of SentencePiece or tiktoken, else `vocab.json` with `merges.txt`.
 * @param findJson reads as a model's other files are read
 * @throws PaddockError `bad-model` when there is none or it is damaged, `unsupported-model` when it is of a kind that is not known
 */
export async function tokenizerFromFolder(folder: TokenizerFolder, findJson: FindJson): Promise<Tokenizer> {
  const find = (name: string) => findJson(folder, name);
  const config = await readConfig(folder, find);
  const json = await find('tokenizer.json');
  if (json) return new Tokenizer({ json, config, path: `${folder.path}/tokenizer.json` });
  for (const name of MODEL_NAMES) {
    const bytes = await readBytes(folder, name);
    if (!bytes) continue;
    const path = `${folder.path}/${name}`;
    const files = isTiktoken(bytes) ? readTiktoken(bytes, path) : readSentencePieceModel(bytes, path);
    return new Tokenizer(await withAddedTokens(files, config, find));
  }
  const vocab = await find('vocab.json');
  const merges = await folder.readText('merges.txt');
  if (vocab && merges !== undefined)
    return new Tokenizer(await withAddedTokens(gpt2Files(vocab, merges, folder.path), config, find));
  throw new PaddockError(
    'bad-model',
    `${folder.path} has no vocabulary: neither tokenizer.json nor tokenizer.model, nor vocab.json with merges.txt. Copy the whole folder.`,
  );
}

type Find = (name: string) => Promise<Json | undefined>;

/** `tokenizer_config.json`, with what older folders, and those of models that also see, keep in files of their own. */
async function readConfig(folder: TokenizerFolder, find: Find): Promise<Json> {
  const special = (await find('special_tokens_map.json')) ?? {};
  const config = (await find('tokenizer_config.json')) ?? {};
  const { chat_template: ofProcessor } = (await find('chat_template.json')) ?? {};
  const template = (await folder.readText('chat_template.jinja')) ?? config.chat_template ?? ofProcessor;
  return { ...special, ...config, ...(template === undefined ? {} : { chat_template: template }) };
}

/** GPT-2's own files: numbers by token, and merges by line. */
function gpt2Files(vocab: Json, merges: string, folder: string): TokenizerFiles {
  const lines = merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
  const json = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      vocab,
      merges: lines.filter((line) => line.includes(' ')).map((line) => line.split(' ', 2)),
      unk_token: null,
    },
    decoder: { type: 'ByteLevel' },
    post_processor: null,
  };
  return { json, config: {}, path: `${folder}/vocab.json` };
}

/**
 * The control tokens that stand beside a vocabulary without a `tokenizer.json`: in `added_tokens.json`, in `added_tokens_decoder` of
 * `tokenizer_config.json`, or named by their use there.
 */
async function withAddedTokens(files: TokenizerFiles, config: Json, find: Find): Promise<TokenizerFiles> {
  const vocab = isRecord(files.json.model) && isRecord(files.json.model.vocab) ? files.json.model.vocab : {};
  const added = new Map<string, AddedToken>();
  for (const token of files.json.added_tokens as AddedToken[]) added.set(token.content, token);
  const add = (content: unknown, id: unknown, special = true) => {
    if (typeof content !== 'string' || typeof id !== 'number') return;
    if (!added.has(content)) added.set(content, { id, content, special });
  };
  for (const [id, token] of Object.entries(isRecord(config.added_tokens_decoder) ? config.added_tokens_decoder : {})) {
    if (isRecord(token)) add(token.content, Number(id), token.special !== false);
  }
  for (const [content, id] of Object.entries((await find('added_tokens.json')) ?? {})) add(content, id);
  for (const key of ['bos_token', 'eos_token', 'unk_token', 'pad_token']) {
    const content = contentOf(config[key]);
    if (content !== undefined) add(content, vocab[content]);
  }
  const facts: Partial<TokenizerFacts> = { ...files.facts, chatTemplates: chatTemplatesOf(config.chat_template) };
  return { ...files, json: { ...files.json, added_tokens: [...added.values()] }, config, facts };
}

async function readBytes(folder: TokenizerFolder, name: string): Promise<Uint8Array | undefined> {
  let file: Awaited<ReturnType<TokenizerFolder['openFile']>>;
  try {
    file = await folder.openFile(name);
  } catch (error) {
    if (isPaddockError(error, 'bad-model') && error.cause === undefined) return undefined; // there is none
    throw error;
  }
  try {
    if (file.size > MAX_MODEL_BYTES) {
      throw new PaddockError('bad-model', `${folder.path}/${name} is too large for a vocabulary: ${file.size} bytes.`);
    }
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}
