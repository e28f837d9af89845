import { PaddockError } from '../../errors.ts';
import { ARCHITECTURE, type ControlVector, FIGURES, LAYERS } from './controlVector.ts';

/**
 * The bytes of a file of directions, GGUF version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
 * @throws PaddockError `bad-request` for a direction behind the first layer, which the format has no place for
 */
export function encodeControlVector({
  name,
  model,
  hiddenSize,
  layers,
  directions,
  figures = {},
}: ControlVector): Uint8Array<ArrayBuffer> {
  if ([...directions.keys()].some((layer) => !(layer >= 1))) {
    throw new PaddockError(
      'bad-request',
      'Files of directions begin behind the second layer; one behind the first cannot be saved.',
    );
  }
  const rows = [...directions].sort(([a], [b]) => a - b);
  const values: [string, string | number][] = [
    ['general.architecture', ARCHITECTURE],
    ...(name === undefined ? [] : [['general.name', name] as [string, string]]),
    ['controlvector.model_hint', model ?? ''],
    ...(layers === undefined ? [] : [[LAYERS, layers] as [string, number]]),
    ...Object.entries(figures).map(([key, value]) => [`${FIGURES}${key}`, value] as [string, number]),
  ];
  const header = new Bytes();
  header
    .uint32(0x46554747)
    .uint32(3)
    .uint64(rows.length)
    .uint64(values.length + 1);
  for (const [key, value] of values) {
    header.string(key);
    if (typeof value === 'string') header.uint32(8).string(value);
    else header.uint32(12).float64(value);
  }
  header.string('controlvector.layer_count').uint32(5).uint32(rows.length);
  const bytes = align(4 * hiddenSize);
  for (const [i, [layer]] of rows.entries()) {
    header
      .string(`direction.${layer}`)
      .uint32(1)
      .uint64(hiddenSize)
      .uint32(0)
      .uint64(i * bytes);
  }
  const start = align(header.length);
  const file = new Uint8Array(start + rows.length * bytes);
  file.set(header.taken());
  const view = new DataView(file.buffer);
  for (const [i, [, direction]] of rows.entries()) {
    for (const [at, value] of direction.entries()) view.setFloat32(start + i * bytes + 4 * at, value, true);
  }
  return file;
}

/** To the format's alignment. */
function align(bytes: number): number {
  return 32 * Math.ceil(bytes / 32);
}

/** Bytes of a header, little-endian, one thing after another. */
class Bytes {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  uint32(value: number): this {
    return this.#number(4, (view) => view.setUint32(0, value, true));
  }

  uint64(value: number): this {
    return this.#number(8, (view) => view.setBigUint64(0, BigInt(value), true));
  }

  float64(value: number): this {
    return this.#number(8, (view) => view.setFloat64(0, value, true));
  }

  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.uint64(bytes.length).#add(bytes);
  }

  taken(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #number(bytes: number, write: (view: DataView) => void): this {
    const part = new Uint8Array(bytes);
    write(new DataView(part.buffer));
    return this.#add(part);
  }

  #add(part: Uint8Array): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }
}
