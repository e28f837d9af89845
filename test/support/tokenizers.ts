import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type GGUFTypedMetadata, GGUFValueType, serializeGgufMetadata } from '@huggingface/gguf';
import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp';
import { readHeader } from '../../engine/model/gguf/header.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import type { Random } from './random.ts';
import { root } from './sources.ts';

const run = promisify(execFile);

/** Another engine's tokenizer. */
export interface PeerTokenizer {
  /** Tokens of a text in which nothing is a control token. */
  encode(text: string): number[];
  dispose(): Promise<void>;
}

let backend: Promise<Llama> | undefined;

/** Silent: that there are no tensors is an error to llama.cpp, and it says so, but opens the vocabulary. */
function llamaCpp(): Promise<Llama> {
  const silent = { progressLogs: false, logLevel: LlamaLogLevel.disabled };
  backend ??= getLlama({ gpu: false, build: 'never', skipDownload: true, ...silent });
  return backend;
}

/** llama.cpp's tokenizer for the vocabulary in a GGUF file, which needs no tensors. */
export async function llamaCppTokenizer(path: string): Promise<PeerTokenizer> {
  const model = await (await llamaCpp()).loadModel({ modelPath: path, vocabOnly: true, gpuLayers: 0 });
  return { encode: (text) => [...model.tokenize(text, false)], dispose: () => model.dispose() };
}

export type Metadata = ReadonlyMap<string, unknown>;

/** The metadata of a GGUF file, by Paddock's reader: that of `@huggingface/gguf` loses the token U+FEFF. */
export async function readMetadata(path: string): Promise<Metadata> {
  const file = await (await openNodeFolder(dirname(path))).openFile(basename(path));
  try {
    return (await readHeader(file)).metadata;
  } finally {
    await file.close();
  }
}

/** Writes a GGUF file with a vocabulary and no tensors. Numbers in lists are float32 for scores, else int32. */
export async function writeVocabulary(path: string, fields: Metadata): Promise<void> {
  const uint32 = (value: number) => ({ value, type: GGUFValueType.UINT32 });
  const metadata: Record<string, unknown> = {
    version: uint32(3),
    tensor_count: { value: 0n, type: GGUFValueType.UINT64 },
    kv_count: { value: 0n, type: GGUFValueType.UINT64 },
    'general.architecture': { value: 'llama', type: GGUFValueType.STRING },
    'llama.context_length': uint32(64),
    'llama.embedding_length': uint32(32),
    'llama.block_count': uint32(1),
    'llama.feed_forward_length': uint32(32),
    'llama.attention.head_count': uint32(1),
    'llama.attention.layer_norm_rms_epsilon': { value: 1e-5, type: GGUFValueType.FLOAT32 },
  };
  for (const [key, value] of fields) metadata[key] = typed(key, value);
  // Checked by the tests that load the file: the library's type lists only the fields it knows.
  await writeFile(path, serializeGgufMetadata(metadata as unknown as GGUFTypedMetadata, { alignment: 32 }));
}

function typed(key: string, value: unknown) {
  if (typeof value === 'string') return { value, type: GGUFValueType.STRING };
  if (typeof value === 'boolean') return { value, type: GGUFValueType.BOOL };
  if (typeof value === 'number') return { value, type: GGUFValueType.UINT32 };
  if (!Array.isArray(value)) throw new Error(`${key} has no type.`);
  const number = key.endsWith('scores') ? GGUFValueType.FLOAT32 : GGUFValueType.INT32;
  return { value, type: GGUFValueType.ARRAY, subType: typeof value[0] === 'string' ? GGUFValueType.STRING : number };
}

/**
 * Vocabularies of real models. The source of llama.cpp, which node-llama-cpp brings along as a git bundle, holds some for its own
 * tests; they are unpacked into a folder that `dispose` removes.
 */
export async function realVocabularies(names: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'paddock-vocabularies-'));
  const bundle = join(root, 'node_modules/node-llama-cpp/llama/gitRelease.bundle');
  await run('git', ['clone', '--quiet', '--bare', bundle, join(folder, 'source')]);
  const paths = new Map<string, string>();
  for (const name of names) {
    const options = { encoding: 'buffer', maxBuffer: 2 ** 26 } as const;
    const { stdout } = await run('git', ['-C', join(folder, 'source'), 'show', `HEAD:models/ggml-vocab-${name}.gguf`], options);
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, stdout);
    paths.set(name, path);
  }
  return { path: (name: string) => paths.get(name) as string, dispose: () => rm(folder, { recursive: true }) };
}

/** GPT-2's spelling of the 256 bytes (Radford et al. 2019), built as its own source does. */
export function byteCharacters(): string[] {
  const printable = [...range(33, 126), ...range(161, 172), ...range(174, 255)];
  let other = 256;
  return range(0, 255).map((byte) => String.fromCharCode(printable.includes(byte) ? byte : other++));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/**
 * Learns merges from a text that is cut only after line breaks, so that they reach over words: where two engines cut words
 * differently, their tokens differ.
 */
export function trainBytePairs(text: string, count: number): { tokens: string[]; merges: string[] } {
  const tokens = byteCharacters();
  const merges: string[] = [];
  const lines = (text.match(/[^\n]*\n+|[^\n]+$/g) ?? []).map((line) => [...Buffer.from(line)]);
  while (merges.length < count) {
    const counts = new Map<number, number>();
    for (const line of lines) {
      for (let i = 1; i < line.length; i++) {
        const pair = (line[i - 1] as number) * 65_536 + (line[i] as number);
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    let best = -1;
    for (const [pair, times] of counts) if (times > (counts.get(best) ?? 1)) best = pair;
    if (best < 0) break;
    const [left, right] = [Math.floor(best / 65_536), best % 65_536];
    const [first, second] = [tokens[left] as string, tokens[right] as string];
    const union = tokens.indexOf(first + second);
    merges.push(`${first} ${second}`);
    const id = union >= 0 ? union : tokens.push(first + second) - 1;
    lines.forEach((line, i) => {
      lines[i] = merged(line, left, right, id);
    });
  }
  return { tokens, merges };
}

function merged(line: readonly number[], left: number, right: number, id: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === left && line[i + 1] === right) {
      out.push(id);
      i++;
    } else {
      out.push(line[i] as number);
    }
  }
  return out;
}

const PARTS: readonly (readonly string[])[] = [
  ['const', 'function', 'x', 'getElementById', 'HTTPServer', 'snake_case', 'CONSTANT_9', 'fooBar2Baz', 'a', 'self'],
  [' ', '  ', '    ', '\t', '\t\t', '       ', ' \t '],
  ['\n', '\r\n', '\n\n', '\n\n\n', ' \n', '\n  ', '\r', ';\n', '{\r\n'],
  ['0', '42', '123', '2026', '1234567', '3.14e-10', '0xFF', '١٢٣', '½', '²'],
  ["'s", "'re", "don't", "I'LL", "we'Ve", "'d", "it's", "'M"],
  ['();', '{}', '=>', '!==', '...', '"', '`', '#', '//', '/* */', '<|im_end|>', '</s>', '$', '+', '<=', '^~|', '[0]', '¡¿', '—'],
];

/** Letters with case and without, marks, ideographs, pictures, and separators that few texts have. */
const FOREIGN = [
  ...['naïve', 'Ünïcödé', 'Ελλάδα', 'Привет', 'ДОМ', 'שלום', 'مرحبا', 'हिन्दी', 'ไทย', 'e\u0301', 'ǅ', 'ﬁ', 'K', 'ß'],
  ...['日本語', '漢字かな', 'カタカナ', '한국어', '。', '、', '！', '「」', '　', '中文，测试', 'Ａｂ'],
  ...['😀', '👩‍👩‍👧', '🇪🇺', '\u00a0', '\u2028', '\u200b', '\ufeff', '\u0085', '€', '𝒳', '\u2581'],
];

/** Texts of all kinds, mixed; the same seed gives the same. `foreign` says whether other scripts than Latin's plain one are among them. */
export function mixedTexts(random: Random, count: number, foreign = true): string[] {
  const kinds = foreign ? [...PARTS, FOREIGN] : PARTS.map((parts) => parts.filter((part) => !/[^\p{ASCII}]/u.test(part)));
  const pick = <T>(list: readonly T[]) => list[random.below(list.length)] as T;
  return Array.from({ length: count }, () => Array.from({ length: 1 + random.below(24) }, () => pick(pick(kinds))).join(''));
}

interface MergingJson {
  readonly added_tokens: readonly { id: number; content: string; special: boolean }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | [string, string])[] };
}

/** A SentencePiece-like `tokenizer.json` as GGUF metadata. A piece's score is the negated rank of the first merge that makes it. */
export function sentencePieceFields(
  { model, added_tokens }: MergingJson,
  more: Readonly<Record<string, unknown>> = {},
): Metadata {
  const added = new Map(added_tokens.map((token) => [token.id, token]));
  const pieces = Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece, id]) => added.get(id)?.content ?? piece);
  const ranks = new Map<string, number>();
  model.merges.forEach((merge, rank) => {
    const union = Array.isArray(merge) ? merge.join('') : merge.replace(' ', '');
    if (!ranks.has(union)) ranks.set(union, rank);
  });
  const typeOf = (piece: string, id: number) => {
    const token = added.get(id);
    if (token) return token.special ? (id === 0 ? 2 : 3) : 4; // unknown, control, user-defined
    return /^<0x..>$/.test(piece) ? 6 : 1; // byte, normal
  };
  return new Map<string, unknown>([
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', pieces],
    ['tokenizer.ggml.scores', pieces.map((piece) => -(ranks.get(piece) ?? 1e6))],
    ['tokenizer.ggml.token_type', pieces.map(typeOf)],
    ['tokenizer.ggml.bos_token_id', 1],
    ['tokenizer.ggml.eos_token_id', 2],
    ['tokenizer.ggml.unknown_token_id', 0],
    ...Object.entries(more),
  ]);
}
