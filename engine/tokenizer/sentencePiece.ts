import { CharacterMap } from './charsmap.ts';
import type { TokenizerFiles } from './tokenizer.ts';
import { badVocabulary, splitVocabulary, TokenType, type Vocabulary } from './vocabulary.ts';

/** SentencePiece's space. */
const SPACE = '\u2581';

/** Longer pieces are not the result of merges; bounds the work that a damaged file can ask for. */
const LONGEST_PIECE = 256;

export interface SentencePieceVocabulary extends Vocabulary {
  /** `bpe`: the pair with the best score is merged first; `unigram`: the best sum of scores wins (Kudo 2018). */
  readonly kind: 'bpe' | 'unigram';
  readonly scores: ArrayLike<number>;
  readonly unknown: number | undefined;
  readonly addSpacePrefix: boolean;
  readonly removeExtraSpaces: boolean;
  /** See {@link CharacterMap}. */
  readonly characterMap: Uint8Array | undefined;
}

/**
 * A SentencePiece vocabulary as a `tokenizer.json`.
 * @throws PaddockError `bad-model`
 */
export function sentencePieceFiles(vocabulary: SentencePieceVocabulary): TokenizerFiles {
  const { path, kind, facts, addSpacePrefix } = vocabulary;
  const { text, added } = splitVocabulary(vocabulary, (piece) => piece.replaceAll(SPACE, ' '));
  const json = {
    added_tokens: added,
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: SPACE },
    pre_tokenizer: null,
    model: kind === 'bpe' ? mergingModel(vocabulary, text) : unigramModel(vocabulary),
    decoder: {
      type: 'Sequence',
      decoders: [{ type: 'Replace', pattern: { String: SPACE }, content: ' ' }, { type: 'ByteFallback' }],
    },
    post_processor: null,
  };
  const spacePrefix = addSpacePrefix ? 'always' : 'never';
  return { json, config: {}, path, facts: { ...facts, spacePrefix, normalize: normalizer(vocabulary) } };
}

function mergingModel(vocabulary: SentencePieceVocabulary, text: Record<string, number>) {
  const { pieces, types, unknown, path } = vocabulary;
  const bytes = pieces.filter((_, id) => types[id] === TokenType.byte).length;
  const unknownPiece = unknown === undefined ? undefined : pieces[unknown];
  if (bytes < 256 && unknownPiece === undefined)
    throw badVocabulary(path, 'it has neither tokens for bytes nor one for the unknown');
  return {
    type: 'BPE',
    vocab: bytes < 256 ? Object.assign(text, { [unknownPiece as string]: unknown }) : text,
    merges: mergesByScore(vocabulary),
    byte_fallback: bytes >= 256,
    fuse_unk: true,
    unk_token: bytes < 256 ? unknownPiece : null,
  };
}

/**
 * SentencePiece merges the neighbours whose union has the best score. Written as a list of merges: for each piece, best score first,
 * every way to put it together from two pieces.
 */
function mergesByScore({ pieces, types, scores }: SentencePieceVocabulary): [string, string][] {
  const ids = new Map<string, number>();
  pieces.forEach((piece, id) => {
    if (types[id] === TokenType.normal && !ids.has(piece)) ids.set(piece, id);
  });
  const byScore = [...ids].sort(([, a], [, b]) => (scores[b] as number) - (scores[a] as number) || a - b);
  const merges: [string, string][] = [];
  for (const [piece] of byScore) {
    if (piece.length > LONGEST_PIECE) continue;
    const ways: { left: number; right: number; merge: [string, string] }[] = [];
    for (let at = 1; at < piece.length; at++) {
      const left = ids.get(piece.slice(0, at));
      if (left === undefined) continue;
      const right = ids.get(piece.slice(at));
      if (right !== undefined) ways.push({ left, right, merge: [piece.slice(0, at), piece.slice(at)] });
    }
    if (ways.length > 1) ways.sort((a, b) => a.left - b.left || a.right - b.right);
    for (const { merge } of ways) merges.push(merge);
  }
  return merges;
}

/** Pieces that text must never produce get names that no text has: half a surrogate pair, and the number. */
function unigramModel({ pieces, types, scores, unknown, path }: SentencePieceVocabulary) {
  if (unknown === undefined || pieces[unknown] === undefined) throw badVocabulary(path, 'it names no token for the unknown');
  const vocab = pieces.map((piece, id) => {
    const isText = types[id] === TokenType.normal || types[id] === TokenType.unused;
    return isText ? [piece, scores[id] as number] : [`\ud800${id}`, 0];
  });
  return { type: 'Unigram', vocab, unk_id: unknown };
}

function normalizer({ characterMap, removeExtraSpaces }: SentencePieceVocabulary): ((text: string) => string) | undefined {
  const map = characterMap && characterMap.length > 0 ? new CharacterMap(characterMap) : undefined;
  if (!map && !removeExtraSpaces) return undefined;
  return (text) => {
    const mapped = map ? map.normalize(text) : text;
    return removeExtraSpaces ? mapped.replace(/ {2,}/g, ' ').replace(/^ | $/g, '') : mapped;
  };
}
