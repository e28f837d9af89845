import { writeFile } from 'node:fs/promises';
import type { FloatTensor } from '../llama.ts';

/** A metadata value: whole numbers become uint32, other numbers float32 unless a type is given. */
export type GgufValue = string | boolean | number | { readonly float: number } | GgufArray;
type GgufArray =
  | { readonly strings: readonly string[] }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] };

const TYPE = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 };
const ALIGNMENT = 32;

/** Writes tensors as F32 and metadata into one GGUF file of version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). */
export async function writeGgufFile(
  path: string,
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: ReadonlyMap<string, FloatTensor>,
): Promise<void> {
  const entries = Object.entries(metadata);
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [name, { shape, data: values }] of tensors) {
    const dims = [...shape].reverse().map((dim) => uint64(dim));
    infos.push(string(name), uint32(shape.length), ...dims, uint32(0), uint64(offset));
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    data.push(bytes, Buffer.alloc(padding(bytes.length)));
    offset += bytes.length + padding(bytes.length);
  }
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.size),
    uint64(entries.length),
    ...entries.flatMap(([key, value]) => [string(key), ...typed(value)]),
    ...infos,
  ]);
  await writeFile(path, Buffer.concat([header, Buffer.alloc(padding(header.length)), ...data]));
}

function typed(value: GgufValue): Buffer[] {
  if (typeof value === 'string') return [uint32(TYPE.string), string(value)];
  if (typeof value === 'boolean') return [uint32(TYPE.bool), Buffer.from([value ? 1 : 0])];
  if (typeof value === 'number') {
    return Number.isInteger(value) ? [uint32(TYPE.uint32), uint32(value)] : [uint32(TYPE.float32), float32(value)];
  }
  if ('float' in value) return [uint32(TYPE.float32), float32(value.float)];
  if ('strings' in value) return array(TYPE.string, value.strings.map(string));
  if ('floats' in value) return array(TYPE.float32, value.floats.map(float32));
  return array(TYPE.int32, value.ints.map(uint32));
}

function array(type: number, items: readonly Buffer[]): Buffer[] {
  return [uint32(TYPE.array), uint32(type), uint64(items.length), ...items];
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function padding(length: number): number {
  return (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
}
