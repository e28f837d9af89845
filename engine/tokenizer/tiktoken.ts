import { byteLevelFiles } from './byteLevel.ts';
import { byteCharacter } from './pieces.ts';
import type { TokenizerFiles } from './tokenizer.ts';
import { badVocabulary, MAX_TOKENS, TokenType } from './vocabulary.ts';

const LINE = /^([A-Za-z0-9+/]+={0,2}) (\d{1,7})$/;
/** The longest tokens known are 128 spaces. */
const LONGEST = 256;
/** The largest file known has 3 MB. */
const MAX_BYTES = 32 * 2 ** 20;

/** Whether a `tokenizer.model` is of tiktoken's kind: base64 and a number, where a SentencePiece model begins with a byte 10. */
export function isTiktoken(bytes: Uint8Array): boolean {
  return /^[A-Za-z0-9+/]+={0,2} \d+\r?(\n|$)/.test(new TextDecoder('latin1').decode(bytes.subarray(0, 4 * LONGEST)));
}

/**
 * Reads a vocabulary of tiktoken's kind (https://github.com/openai/tiktoken), as GLM-4 and the first files of Llama 3 have it: tokens in
 * base64 with their ranks, which are also their numbers. Two neighbours are merged if what they make is a token, that of the lowest rank
 * first; a word that is a token is taken as it is. Text is cut into words as these two do.
 * @throws PaddockError `bad-model` when it is damaged
 */
export function readTiktoken(bytes: Uint8Array, path: string): TokenizerFiles {
  if (bytes.length > MAX_BYTES) throw badVocabulary(path, `it has ${bytes.length} bytes`);
  const ranks = new Map<string, number>();
  const pieces: string[] = [];
  for (const line of new TextDecoder('latin1').decode(bytes).split(/\r?\n/)) {
    if (line === '') continue;
    const [, base64 = '', number = ''] = LINE.exec(line) ?? [];
    const [piece, rank] = [pieceOf(base64), Number(number)];
    if (piece === undefined || rank >= MAX_TOKENS || ranks.has(piece) || pieces[rank] !== undefined) {
      throw badVocabulary(path, `${JSON.stringify(line.slice(0, 80))} is no token with a rank of its own`);
    }
    ranks.set(piece, rank);
    pieces[rank] = piece;
  }
  for (let byte = 0; byte < 256; byte++) {
    if (!ranks.has(byteCharacter(byte))) throw badVocabulary(path, `the byte ${byte} is no token`);
  }
  const all = Array.from(pieces, (piece) => piece ?? '');
  const types = new Uint8Array(all.length).fill(TokenType.normal);
  return byteLevelFiles({ pieces: all, types, merges: mergesOf(pieces, ranks), pre: 'llama-bpe', path, facts: {} });
}

/** A token as byte-level vocabularies write it. */
function pieceOf(base64: string): string | undefined {
  if (base64 === '' || base64.length > 2 * LONGEST) return undefined;
  try {
    return Array.from(atob(base64), (byte) => byteCharacter(byte.charCodeAt(0))).join('');
  } catch {
    return undefined; // its length is none that base64 has
  }
}

/** Every way to make a token of two others, the token of the lowest rank first. */
function mergesOf(pieces: readonly (string | undefined)[], ranks: ReadonlyMap<string, number>): string[] {
  const merges: string[] = [];
  for (const piece of pieces) {
    for (let at = 1; at < (piece?.length ?? 0); at++) {
      const [left, right] = [(piece as string).slice(0, at), (piece as string).slice(at)];
      if (ranks.has(left) && ranks.has(right)) merges.push(`${left} ${right}`);
    }
  }
  return merges;
}
