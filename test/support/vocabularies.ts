import { byteCharacters } from './byteCharacters.ts';
import { type GgufValue, type GgufValues, writeGgufFile } from './ggufFile.ts';

/** Metadata of a GGUF file, as read. */
export type Metadata = ReadonlyMap<string, unknown>;

/** Writes a GGUF file with a vocabulary and no tensors. */
export async function writeVocabulary(path: string, fields: Metadata): Promise<void> {
  const values = {
    'general.architecture': 'llama',
    'llama.context_length': 64,
    'llama.embedding_length': 32,
    'llama.block_count': 1,
    'llama.feed_forward_length': 32,
    'llama.attention.head_count': 1,
    'llama.attention.layer_norm_rms_epsilon': { float: 1e-5 },
    ...ggufValues(fields),
  };
  await writeGgufFile(path, values, new Map());
}

/** Fields of a vocabulary with their types. Lists of numbers are float32 for scores, else int32. */
export function ggufValues(fields: Metadata): GgufValues {
  return Object.fromEntries([...fields].map(([key, value]) => [key, ggufValue(key, value)]));
}

function ggufValue(key: string, value: unknown): GgufValue {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (!Array.isArray(value)) throw new Error(`${key} has no type.`);
  if (typeof value[0] === 'string') return { strings: value };
  return key.endsWith('scores') ? { floats: value } : { ints: value };
}

/**
 * Learns merges from a text that is split only after line breaks, so that merges reach across words: engines that split words differently
 * then produce different tokens.
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
