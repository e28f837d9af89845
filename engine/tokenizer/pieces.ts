import { isRecord } from './facts.ts';

/** How a vocabulary writes the bytes of its tokens. */
export type Spelling = 'byte-level' | 'sentencepiece';

/** What the decoder of a `tokenizer.json` says about it; undefined for other kinds. */
export function spellingOf(decoder: unknown): Spelling | undefined {
  if (!isRecord(decoder)) return undefined;
  if (decoder.type === 'ByteLevel') return 'byte-level';
  if (decoder.type === 'Metaspace') return 'sentencepiece';
  if (decoder.type !== 'Sequence' || !Array.isArray(decoder.decoders)) return undefined;
  const kinds = decoder.decoders.map((step) => (isRecord(step) ? step.type : undefined));
  if (kinds.includes('ByteLevel')) return 'byte-level';
  return kinds.includes('ByteFallback') || kinds.includes('Metaspace') ? 'sentencepiece' : undefined;
}

/** GPT-2 writes printable bytes as themselves, and the others as the characters from U+0100 on, in order. */
const BYTE_OF_CHARACTER = new Map<number, number>();
const CHARACTER_OF_BYTE: string[] = [];
for (let byte = 0, others = 0; byte < 256; byte++) {
  const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  const character = isPrintable ? byte : 256 + others++;
  BYTE_OF_CHARACTER.set(character, byte);
  CHARACTER_OF_BYTE.push(String.fromCharCode(character));
}

/** The character that byte-level vocabularies write for a byte. */
export function byteCharacter(byte: number): string {
  return CHARACTER_OF_BYTE[byte] as string;
}

const encoder = new TextEncoder();
const BYTE_PIECE = /^<0x([0-9a-f]{2})>$/i;

/** Bytes of a token's text. Those of a longer character may be spread over several tokens. */
export function pieceBytes(piece: string, spelling: Spelling): Uint8Array {
  if (spelling === 'byte-level') return byteLevelBytes(piece);
  const byte = BYTE_PIECE.exec(piece);
  return byte ? Uint8Array.of(Number.parseInt(byte[1] as string, 16)) : encoder.encode(piece.replaceAll('\u2581', ' '));
}

/** A piece that no byte-level vocabulary writes stands for itself. */
function byteLevelBytes(piece: string): Uint8Array {
  const bytes = new Uint8Array(piece.length);
  for (let i = 0; i < piece.length; i++) {
    const byte = BYTE_OF_CHARACTER.get(piece.charCodeAt(i));
    if (byte === undefined) return encoder.encode(piece);
    bytes[i] = byte;
  }
  return bytes;
}
