import { PaddockError } from '../errors.ts';
import type { DecoderConfig } from './config.ts';
import type { Layout, Role } from './families/family.ts';
import type { BlockForm, BlockMatrix, RowRange, WeightSource } from './weights.ts';

/** A matrix of the model `[rows, columns]`, its rows in the order the graph wants them. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** As {@link WeightSource.storedAs}. */
  readonly storedAs: string;
  read(rows?: RowRange): Promise<Float32Array>;
  blocks(rows?: RowRange): Promise<BlockMatrix | undefined>;
  /** As {@link WeightSource.blockForm}. */
  blockForm(): Promise<BlockForm | undefined>;
}

/** A tensor in the file. */
interface Found {
  readonly name: string;
  /** Whether it holds the matrices of all experts, one above the other. */
  readonly isStacked: boolean;
}

/**
 * How checkpoints spell a name: as it is; without its first part, in those of the bare decoder; and in models that also see or hear, as
 * most are published, and as Transformers writes them since 4.52.
 */
function spellings(name: string): readonly string[] {
  const bare = name.slice(name.indexOf('.') + 1);
  return [name, bare, `language_model.${name}`, `model.language_model.${bare}`];
}

/** A model's tensors by what they are for, whatever the file calls them and however it orders their rows. */
export class RoleWeights {
  readonly #source: WeightSource;
  readonly #layout: Layout;
  readonly #config: DecoderConfig;

  constructor(source: WeightSource, layout: Layout, config: DecoderConfig) {
    this.#source = source;
    this.#layout = layout;
    this.#config = config;
  }

  has(role: Role, layer = 0): boolean {
    return this.#find(role, 'weight', layer, 0) !== undefined;
  }

  /** A norm's weight, `[hidden size]` or `[head size]`. @throws PaddockError `bad-model` when the model has none */
  async norm(role: Role, layer = 0): Promise<Float32Array> {
    const weight = await this.vector(role, 'weight', layer);
    if (!weight) throw this.#missing(role, layer, 0);
    return weight;
  }

  /** A norm's weight or a bias, or undefined where the model has none. @throws PaddockError `bad-model` for another size */
  async vector(role: Role, part: 'weight' | 'bias', layer = 0, expert = 0): Promise<Float32Array | undefined> {
    const name = this.#find(role, part, layer, expert)?.name;
    if (name === undefined) return undefined;
    const values = await this.#source.read(name);
    const [size] = expectedShape(role, this.#config) as [number];
    if (values.length !== size) throw this.#mismatch(name, [size]);
    const { normOffset = 0 } = this.#layout;
    if (normOffset !== 0 && part === 'weight') return values.map((value) => value + normOffset);
    const order = this.#rowOrder(role);
    return order ? pickRows(values, order, 1) : values;
  }

  /** @throws PaddockError `bad-model` when the model has no such tensor or it has another shape than the configuration says */
  matrix(role: Role, layer = 0, expert = 0): Matrix {
    const found = this.#find(role, 'weight', layer, expert);
    if (!found) throw this.#missing(role, layer, expert);
    const { name, isStacked } = found;
    const source = this.#source;
    const [rows, columns] = expectedShape(role, this.#config) as [number, number];
    const transposed = this.#layout.transposed?.includes(role) ?? false;
    this.#check(
      name,
      isStacked ? [this.#config.feedForward.experts?.count ?? 0, rows, columns] : transposed ? [columns, rows] : [rows, columns],
    );
    const storedAs = source.storedAs(name);
    if (transposed) {
      const read = async (range: RowRange = { start: 0, end: rows }) =>
        transpose(await source.read(name), rows, columns).subarray(range.start * columns, range.end * columns);
      return { rows, columns, storedAs, read, blocks: async () => undefined, blockForm: async () => undefined };
    }
    const blockForm = () => source.blockForm(name);
    const order = this.#rowOrder(role);
    if (order) {
      const read = async (range?: RowRange) => {
        const part = order.subarray(range?.start, range?.end);
        const span = spanOf(part);
        return pickRows(await source.read(name, span), part, columns, span.start);
      };
      return { rows, columns, storedAs, read, blocks: (range) => sortedBlocks(source, name, order, range), blockForm };
    }
    const first = isStacked ? expert * rows : 0;
    const shifted = ({ start, end }: RowRange = { start: 0, end: rows }) => ({ start: first + start, end: first + end });
    return {
      rows,
      columns,
      storedAs,
      read: (range) => source.read(name, shifted(range)),
      blocks: (range) => source.blocks(name, shifted(range)),
      blockForm,
    };
  }

  /** Rows of the table of learned positions `[positions, hidden size]`, from the first one in use. */
  async positionTable(offset: number): Promise<Float32Array> {
    const name = this.#find('positions', 'weight', 0, 0)?.name;
    if (name === undefined) throw this.#missing('positions', 0, 0);
    const rows = this.#config.contextLength;
    const [found = 0, columns = 0] = this.#source.shape(name);
    if (columns !== this.#config.hiddenSize || found < offset + rows)
      throw this.#mismatch(name, [offset + rows, this.#config.hiddenSize]);
    return this.#source.read(name, { start: offset, end: offset + rows });
  }

  #find(role: Role, part: 'weight' | 'bias', layer: number, expert: number): Found | undefined {
    const { tensors, earlier } = this.#layout;
    for (const template of [tensors[role], earlier?.[role]]) {
      if (template === undefined) continue;
      const whole = `${nameOf(template, layer, expert)}.${part}`;
      const name = spellings(whole).find((each) => this.#source.has(each));
      if (name !== undefined) return { name, isStacked: role.startsWith('expert.') && !template.includes('{e}') };
    }
    return undefined;
  }

  #missing(role: Role, layer: number, expert: number): PaddockError {
    const template = this.#layout.tensors[role];
    const name = template === undefined ? role : nameOf(template, layer, expert);
    return new PaddockError(
      'bad-model',
      `${this.#source.path} has no tensor "${name}.weight", which a model of the family ${this.#config.family} needs. Copy or download it again.`,
    );
  }

  #check(name: string, expected: readonly number[]): void {
    const found = this.#source.shape(name);
    if (found.length !== expected.length || found.some((size, i) => size !== expected[i])) throw this.#mismatch(name, expected);
  }

  #mismatch(name: string, expected: readonly number[]): PaddockError {
    return new PaddockError(
      'bad-model',
      `${this.#source.path}: "${name}" is [${this.#source.shape(name)}], the configuration makes it [${expected}]. The files are of different models.`,
    );
  }

  /** For each row, its place in the file; undefined if the file already has the graph's order: halves rotated together, queries first. */
  #rowOrder(role: Role): Int32Array | undefined {
    const { heads, kvHeads, headSize } = this.#config;
    switch (role) {
      case 'attention.query':
        return this.#rotaryOrder(heads);
      case 'attention.key':
        return this.#rotaryOrder(kvHeads);
      case 'attention.queryNorm':
      case 'attention.keyNorm':
        return this.#rotaryOrder(1);
      case 'attention.queryKeyValue':
        return this.#fusedOrder(heads * headSize, kvHeads * headSize);
      default:
        return undefined;
    }
  }

  #rotaryOrder(heads: number): Int32Array | undefined {
    const { positions, headSize } = this.#config;
    if (this.#layout.rotaryPairs === 'halves' || positions.kind !== 'rotary') return undefined;
    const half = positions.size / 2;
    return Int32Array.from({ length: heads * headSize }, (_, row) => {
      const inHead = row % headSize;
      if (inHead >= positions.size) return row;
      return row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
    });
  }

  #fusedOrder(queries: number, keys: number): Int32Array | undefined {
    const { heads, kvHeads, headSize } = this.#config;
    const [query, key] = [this.#rotaryOrder(heads), this.#rotaryOrder(kvHeads)];
    const byHead = this.#layout.fusedRows === 'by head';
    if (!byHead && !query) return undefined;
    const stored = (row: number) => {
      if (!byHead) return row;
      const part = row < queries ? 0 : row < queries + keys ? 1 : 2;
      const within = row - (part === 0 ? 0 : part === 1 ? queries : queries + keys);
      return (Math.floor(within / headSize) * 3 + part) * headSize + (within % headSize);
    };
    return Int32Array.from({ length: queries + 2 * keys }, (_, row) => {
      if (row < queries) return stored(query?.[row] ?? row);
      if (row < queries + keys) return stored(queries + (key?.[row - queries] ?? row - queries));
      return stored(row);
    });
  }
}

function nameOf(template: string, layer: number, expert: number): string {
  return template.replace('{}', String(layer)).replace('{e}', String(expert));
}

/** `[rows, columns]` of a role's matrix, `[size]` of a norm. */
function expectedShape(role: Role, config: DecoderConfig): readonly number[] {
  const { vocabularySize, hiddenSize: d, feedForwardSize: f, headSize } = config;
  const queries = config.heads * headSize;
  const keys = config.kvHeads * headSize;
  switch (role) {
    case 'embedding':
    case 'head':
      return [vocabularySize, d];
    case 'attention.query':
      return [queries, d];
    case 'attention.key':
    case 'attention.value':
      return [keys, d];
    case 'attention.queryKeyValue':
      return [queries + 2 * keys, d];
    case 'attention.output':
      return [d, queries];
    case 'feedForward.gate':
    case 'feedForward.up':
    case 'expert.gate':
    case 'expert.up':
      return [f, d];
    case 'feedForward.gateUp':
      return [2 * f, d];
    case 'feedForward.down':
    case 'expert.down':
      return [d, f];
    case 'router':
      return [config.feedForward.experts?.count ?? 0, d];
    case 'attention.queryNorm':
    case 'attention.keyNorm':
      return [headSize];
    default:
      return [d];
  }
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[row * columns + column] = values[column * rows + row] as number;
  }
  return out;
}

/** The range of rows in the file that an order draws from. */
function spanOf(order: Int32Array): RowRange {
  let [first, last] = [order.length === 0 ? 0 : Infinity, -1];
  for (const row of order) [first, last] = [Math.min(first, row), Math.max(last, row)];
  return { start: first, end: last + 1 };
}

/** The rows of `values`, each of `size` elements, that `order` names, counted from `first`. */
function pickRows<T extends Float32Array | Uint8Array>(values: T, order: Int32Array, size: number, first = 0): T {
  const out = values.slice(0, order.length * size) as T;
  for (let to = 0; to < order.length; to++) {
    const from = ((order[to] as number) - first) * size;
    out.set(values.subarray(from, from + size), to * size);
  }
  return out;
}

async function sortedBlocks(
  source: WeightSource,
  name: string,
  order: Int32Array,
  range: RowRange | undefined,
): Promise<BlockMatrix | undefined> {
  const part = order.subarray(range?.start, range?.end);
  const span = spanOf(part);
  const found = await source.blocks(name, span);
  if (!found) return undefined;
  const pick = <T extends Float32Array | Uint8Array>(values: T): T =>
    pickRows(values, part, values.length / found.rows, span.start);
  return {
    ...found,
    rows: part.length,
    packed: pick(found.packed),
    scales: pick(found.scales),
    ...(found.zeroPoints && { zeroPoints: pick(found.zeroPoints) }),
    ...(found.offsets && { offsets: pick(found.offsets) }),
  };
}
