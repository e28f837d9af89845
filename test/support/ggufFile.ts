import { writeFile } from 'node:fs/promises';
import { type GGUFTypedMetadata, GGUFValueType, serializeGgufMetadata } from '@huggingface/gguf';
import { GgmlType } from './ggml.ts';
import type { FloatTensor } from './llama.ts';

/** A metadata value: whole numbers become uint32, other numbers float32 unless a type is given. */
export type GgufValue =
  | string
  | boolean
  | number
  | { readonly float: number }
  | { readonly strings: readonly string[] }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] };

export type GgufValues = Readonly<Record<string, GgufValue>>;

/** A tensor as a GGUF file holds it. */
export interface GgufTensor {
  readonly name: string;
  /** Number of columns first, as in the file. */
  readonly dims: readonly number[];
  /** ggml's number of the type. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Alignment of tensor data in bytes: the format's default. */
const ALIGNMENT = 32;

/** Writes tensors as F32 and metadata into one GGUF file. */
export async function writeGgufFile(path: string, values: GgufValues, tensors: ReadonlyMap<string, FloatTensor>): Promise<void> {
  const stored = [...tensors].map(([name, { shape, data }]): GgufTensor => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { name, dims: [...shape].reverse(), type: GgmlType.F32, bytes };
  });
  await writeFile(path, encodeGguf(ggufMetadata(values), stored));
}

/**
 * A whole GGUF file, version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
 * @param metadata without the counts, which are added
 */
export function encodeGguf(metadata: GGUFTypedMetadata, tensors: readonly GgufTensor[]): Buffer {
  const header = encodeGgufHeader(
    metadata,
    tensors.map((tensor) => ({ ...tensor, size: tensor.bytes.length })),
  );
  const data = tensors.flatMap(({ bytes }) => [bytes, Buffer.alloc(ggufPadding(bytes.length))]);
  return Buffer.concat([header, ...data]);
}

/** Everything before the tensors' bytes. Sizes are in bytes. */
export function encodeGgufHeader(
  metadata: GGUFTypedMetadata,
  tensors: readonly (Omit<GgufTensor, 'bytes'> & { readonly size: number })[],
): Buffer {
  const counted = { ...metadata, tensor_count: { value: BigInt(tensors.length), type: GGUFValueType.UINT64 } };
  let offset = 0;
  const infos = tensors.map(({ name, dims, type, size }) => {
    const info = tensorInfo(name, dims, type, offset);
    offset += size + ggufPadding(size);
    return info;
  });
  const header = Buffer.concat([serializeGgufMetadata(counted as GGUFTypedMetadata, { alignment: 1 }), ...infos]);
  return Buffer.concat([header, Buffer.alloc(ggufPadding(header.length))]);
}

/** Metadata values with their types in the format. */
export function ggufMetadata(values: GgufValues): GGUFTypedMetadata {
  // The type is too narrow: the library lists only the fields it knows. The tests that load the file check the value.
  return {
    version: { value: 3, type: GGUFValueType.UINT32 },
    tensor_count: { value: 0n, type: GGUFValueType.UINT64 },
    kv_count: { value: 0n, type: GGUFValueType.UINT64 },
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typed(value)])),
  } as unknown as GGUFTypedMetadata;
}

function typed(value: GgufValue): object {
  if (typeof value === 'string') return { value, type: GGUFValueType.STRING };
  if (typeof value === 'boolean') return { value, type: GGUFValueType.BOOL };
  if (typeof value === 'number') return { value, type: Number.isInteger(value) ? GGUFValueType.UINT32 : GGUFValueType.FLOAT32 };
  if ('float' in value) return { value: value.float, type: GGUFValueType.FLOAT32 };
  const array = { type: GGUFValueType.ARRAY };
  if ('strings' in value) return { ...array, value: value.strings, subType: GGUFValueType.STRING };
  if ('floats' in value) return { ...array, value: value.floats, subType: GGUFValueType.FLOAT32 };
  return { ...array, value: value.ints, subType: GGUFValueType.INT32 };
}

function tensorInfo(name: string, dims: readonly number[], type: number, offset: number): Buffer {
  const text = Buffer.from(name);
  const info = Buffer.alloc(8 + text.length + 4 + 8 * dims.length + 4 + 8);
  let at = info.writeBigUInt64LE(BigInt(text.length), 0);
  at += text.copy(info, at);
  at = info.writeUInt32LE(dims.length, at);
  for (const dim of dims) at = info.writeBigUInt64LE(BigInt(dim), at);
  at = info.writeUInt32LE(type, at);
  info.writeBigUInt64LE(BigInt(offset), at);
  return info;
}

/** Padding in bytes after a tensor of this size. */
export function ggufPadding(size: number): number {
  return (ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT;
}
