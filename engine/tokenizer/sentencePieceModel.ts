import protobuf from 'protobufjs/minimal.js';
import { PaddockError } from '../errors.ts';
import { sentencePieceFiles } from './sentencePiece.ts';
import type { TokenizerFiles } from './tokenizer.ts';
import { badVocabulary, MAX_TOKENS, TokenType } from './vocabulary.ts';

interface Trainer {
  kind: number;
  unknown: number;
  bos: number;
  eos: number;
  pad: number;
  spaceAsSuffix: boolean;
}

interface Normalizer {
  characterMap: Uint8Array | undefined;
  addSpacePrefix: boolean;
  removeExtraSpaces: boolean;
}

const UNIGRAM = 1;
const BPE = 2;

/**
 * Reads a `tokenizer.model` (`ModelProto` of
 * https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto).
 * @throws PaddockError `bad-model` when it is damaged, `unsupported-model` when it cuts text in another way than BPE or Unigram
 */
export function readSentencePieceModel(bytes: Uint8Array, path: string): TokenizerFiles {
  const pieces: string[] = [];
  const scores: number[] = [];
  const types: number[] = [];
  const trainer: Trainer = { kind: UNIGRAM, unknown: 0, bos: 1, eos: 2, pad: -1, spaceAsSuffix: false };
  const normalizer: Normalizer = { characterMap: undefined, addSpacePrefix: true, removeExtraSpaces: true };
  try {
    fields(protobuf.Reader.create(bytes), (reader, field) => {
      if (field === 1) {
        const piece = readPiece(reader);
        pieces.push(piece.text);
        scores.push(piece.score);
        types.push(piece.type);
        if (pieces.length > MAX_TOKENS) throw new RangeError('too many tokens');
      } else if (field === 2) readTrainer(reader, trainer);
      else if (field === 3) readNormalizer(reader, normalizer);
      else return false;
      return true;
    });
  } catch (error) {
    throw badVocabulary(path, (error as Error).message);
  }
  if (pieces.length === 0) throw badVocabulary(path, 'it holds no tokens');
  if ((trainer.kind !== UNIGRAM && trainer.kind !== BPE) || trainer.spaceAsSuffix) {
    throw new PaddockError(
      'unsupported-model',
      `${path} is a SentencePiece model that cuts text by words or characters. Only BPE and Unigram are known.`,
    );
  }
  const valid = (id: number) => (id >= 0 && id < pieces.length ? id : undefined);
  const eos = valid(trainer.eos);
  const isUnigram = trainer.kind === UNIGRAM;
  return sentencePieceFiles({
    pieces,
    types,
    scores,
    path,
    kind: isUnigram ? 'unigram' : 'bpe',
    unknown: valid(trainer.unknown),
    ...normalizer,
    facts: {
      bos: valid(trainer.bos),
      ends: eos === undefined ? [] : [eos],
      pad: valid(trainer.pad),
      addBos: !isUnigram,
      addEos: isUnigram,
    },
  });
}

/** Calls `read` for each field of a message; what it does not read is skipped. */
function fields(
  reader: protobuf.Reader,
  read: (reader: protobuf.Reader, field: number, wire: number) => boolean,
  end = reader.len,
) {
  if (end > reader.len) throw new RangeError('a part of it is longer than the whole');
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!read(reader, tag >>> 3, tag & 7)) reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new RangeError('a part of it is longer than it says');
}

function message(reader: protobuf.Reader, read: (reader: protobuf.Reader, field: number, wire: number) => boolean): void {
  const length = reader.uint32();
  fields(reader, read, reader.pos + length);
}

function readPiece(reader: protobuf.Reader): { text: string; score: number; type: number } {
  const piece = { text: '', score: 0, type: TokenType.normal as number };
  message(reader, (r, field, wire) => {
    if (field === 1 && wire === 2) piece.text = r.string();
    else if (field === 2 && wire === 5) piece.score = r.float();
    else if (field === 3 && wire === 0) piece.type = r.int32();
    else return false;
    return true;
  });
  if (Number.isNaN(piece.score)) throw new RangeError('a score is no number');
  return piece;
}

function readTrainer(reader: protobuf.Reader, trainer: Trainer): void {
  message(reader, (r, field, wire) => {
    if (wire !== 0) return false;
    if (field === 3) trainer.kind = r.int32();
    else if (field === 24) trainer.spaceAsSuffix = r.bool();
    else if (field === 40) trainer.unknown = r.int32();
    else if (field === 41) trainer.bos = r.int32();
    else if (field === 42) trainer.eos = r.int32();
    else if (field === 43) trainer.pad = r.int32();
    else return false;
    return true;
  });
}

function readNormalizer(reader: protobuf.Reader, normalizer: Normalizer): void {
  message(reader, (r, field, wire) => {
    if (field === 2 && wire === 2) normalizer.characterMap = Uint8Array.from(r.bytes());
    else if (field === 3 && wire === 0) normalizer.addSpacePrefix = r.bool();
    else if (field === 4 && wire === 0) normalizer.removeExtraSpaces = r.bool();
    else return false;
    return true;
  });
}
