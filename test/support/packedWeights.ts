import { Random } from './random.ts';
import { encodeRawTensors, fromHalf, type RawTensor, toHalf } from './safetensors.ts';

/** A packed matrix, its `quantization_config`, and the weights it represents, `[rows, columns]`. */
export interface PackedFile {
  /** Its tensors: `qweight`, `qzeros` … */
  readonly layer: ReadonlyMap<string, RawTensor>;
  /** The same tensors in a file, under the name `layer`, beside a norm. */
  readonly file: Buffer;
  readonly config: Record<string, unknown>;
  readonly weights: Float64Array;
}

export interface PackedOptions {
  readonly rows: number;
  readonly columns: number;
  /** −1 for one group per row. */
  readonly groupSize: number;
  readonly seed: number;
}

interface Drawn {
  readonly groups: number;
  readonly level: (row: number, column: number) => number;
  readonly zero: (row: number, group: number) => number;
  readonly scales: Uint16Array;
  readonly weights: (groupOf: (column: number) => number) => Float64Array;
}

function draw({ rows, columns, groupSize, seed }: PackedOptions, symmetric: boolean): Drawn {
  const random = new Random(seed);
  const groups = groupSize === -1 ? 1 : Math.ceil(columns / groupSize);
  const levels = Uint8Array.from({ length: rows * columns }, () => random.below(16));
  // AutoGPTQ cannot store a zero point of 0 in the first version of its format.
  const zeros = Uint8Array.from({ length: rows * groups }, () => (symmetric ? 8 : 1 + random.below(15)));
  const scales = Uint16Array.from({ length: rows * groups }, () => toHalf(random.normal()));
  const level = (row: number, column: number) => levels[row * columns + column] as number;
  const zero = (row: number, group: number) => zeros[group * rows + row] as number;
  const weights = (groupOf: (column: number) => number) =>
    Float64Array.from({ length: rows * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      const group = groupOf(column);
      return fromHalf(scales[group * rows + row] as number) * (level(row, column) - zero(row, group));
    });
  return { groups, level, zero, scales, weights };
}

/**
 * GPTQ as AutoGPTQ packs it (https://github.com/AutoGPTQ/AutoGPTQ, `qlinear_cuda.py`, `pack`): input 8r + k of an output is in bits 4k of
 * word r; the zero point of output 8j + k (less one in version 1) is in bits 4k of word j.
 */
export function gptqFile(
  options: PackedOptions,
  {
    version = 'gptq',
    symmetric = false,
    shuffled = false,
  }: { version?: 'gptq' | 'gptq_v2'; symmetric?: boolean; shuffled?: boolean } = {},
): PackedFile {
  const { rows, columns, groupSize, seed } = options;
  const { groups, level, zero, scales, weights } = draw(options, symmetric);
  const random = new Random(seed + 1);
  const size = groupSize === -1 ? columns : groupSize;
  const order = Array.from({ length: columns }, (_, column) => Math.floor(column / size));
  if (shuffled) order.sort(() => random.uniform() - 0.5);
  const words = new Int32Array((columns / 8) * rows);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const at = Math.floor(column / 8) * rows + row;
      words[at] = (words[at] as number) | (level(row, column) << (4 * (column % 8)));
    }
  }
  const zeros = new Int32Array((groups * rows) / 8);
  for (let group = 0; group < groups; group++) {
    for (let row = 0; row < rows; row++) {
      const at = group * (rows / 8) + Math.floor(row / 8);
      const stored = zero(row, group) - (version === 'gptq' ? 1 : 0);
      zeros[at] = (zeros[at] as number) | (stored << (4 * (row % 8)));
    }
  }
  const layer = new Map([
    ['qweight', raw('I32', [columns / 8, rows], words)],
    ['qzeros', raw('I32', [groups, rows / 8], zeros)],
    ['scales', raw('F16', [groups, rows], scales)],
    ['g_idx', raw('I32', [columns], Int32Array.from(order))],
  ]);
  const config = {
    quant_method: 'gptq',
    bits: 4,
    group_size: groupSize,
    desc_act: shuffled,
    sym: symmetric,
    checkpoint_format: version,
  };
  return packed(
    layer,
    config,
    weights((column) => order[column] as number),
  );
}

/**
 * AWQ as AutoAWQ packs it (https://github.com/casper-hansen/AutoAWQ, `gemm.py`, `from_linear`): of each eight outputs, bits 4k of a word
 * hold output order[k], for levels and zero points alike.
 */
export function awqFile(options: PackedOptions): PackedFile {
  const { rows, columns, groupSize } = options;
  const { groups, level, zero, scales, weights } = draw(options, false);
  const order = [0, 2, 4, 6, 1, 3, 5, 7];
  const pack = (value: (row: number) => number, word: number) =>
    order.reduce((bits, place, nibble) => bits | (value(word * 8 + place) << (4 * nibble)), 0);
  const words = Int32Array.from({ length: columns * (rows / 8) }, (_, i) => {
    const column = Math.floor(i / (rows / 8));
    return pack((row) => level(row, column), i % (rows / 8));
  });
  const zeros = Int32Array.from({ length: groups * (rows / 8) }, (_, i) => {
    const group = Math.floor(i / (rows / 8));
    return pack((row) => zero(row, group), i % (rows / 8));
  });
  const layer = new Map([
    ['qweight', raw('I32', [columns, rows / 8], words)],
    ['qzeros', raw('I32', [groups, rows / 8], zeros)],
    ['scales', raw('F16', [groups, rows], scales)],
  ]);
  const config = { quant_method: 'awq', bits: 4, group_size: groupSize, zero_point: true, version: 'gemm' };
  const size = groupSize === -1 ? columns : groupSize;
  return packed(
    layer,
    config,
    weights((column) => Math.floor(column / size)),
  );
}

function raw(dtype: string, shape: readonly number[], values: Int32Array | Uint16Array): RawTensor {
  return { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** A norm of one number: a tensor that is not packed. */
const NORM = raw('F16', [1], Uint16Array.of(toHalf(1)));

function packed(layer: ReadonlyMap<string, RawTensor>, config: PackedFile['config'], weights: Float64Array): PackedFile {
  const named = [...layer].map(([part, tensor]): [string, RawTensor] => [`layer.${part}`, tensor]);
  return { layer, file: encodeRawTensors(new Map([...named, ['norm.weight', NORM]])), config, weights };
}
