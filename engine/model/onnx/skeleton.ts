import { PaddockError } from '../../errors.ts';
import type { ModelFile } from '../files.ts';
import { ExternalData } from './externalData.ts';
import { type WireField, WireReader } from './wire.ts';

/** ONNX element types by their number in `TensorProto.DataType` (onnx.proto). */
const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
  21: 'uint4',
  22: 'int4',
};

/** Bytes of one element; half a byte where two share one. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  bfloat16: 2,
  uint4: 0.5,
  int4: 0.5,
};

/** An input or output of a graph. */
export interface GraphValue {
  readonly name: string;
  /** As in {@link ELEMENT_TYPES}; undefined for others, and for what is no tensor. */
  readonly type: string | undefined;
  /** Sizes, or the names of sizes that vary by run; an empty name where none is given. */
  readonly dims: readonly (number | string)[];
}

/** A constant tensor of a graph, without its data. */
export interface ConstantTensor {
  readonly type: string | undefined;
  readonly dims: readonly number[];
}

/** A node that holds packed or auxiliary weights. */
export interface WeightNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  /** Attributes that are one number. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** A graph without its weights. */
export interface Skeleton {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly constants: ReadonlyMap<string, ConstantTensor>;
  /** How often each operator occurs, subgraphs included. */
  readonly operators: ReadonlyMap<string, number>;
  readonly weightNodes: readonly WeightNode[];
  /** The files beside the graph that hold tensors, checked as far as their names go. */
  readonly external: ExternalData;
}

/** Operators of which {@link Skeleton.weightNodes} keeps the nodes. */
const WEIGHT_OPERATORS = new Set([
  'MatMulNBits',
  'MatMulBnb4',
  'GatherBlockQuantized',
  'GroupQueryAttention',
  'RotaryEmbedding',
  'DequantizeLinear',
]);

/** Protobuf cannot hold more; ONNX files with more weights keep them in other files. */
const MAX_BYTES = 2 ** 31 - 1;
/** Depth of graphs within graphs; a file that nests deeper is malicious. */
const MAX_DEPTH = 16;
/** Most sizes of a tensor, inputs of a node and entries of a list that are kept. */
const MAX_KEPT = 64;
/** Tensors of a graph; as many nodes are kept. */
const MAX_CONSTANTS = 100_000;

/**
 * Reads what an ONNX file says about itself (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), and not its weights. Every tensor is
 * visited, those in attributes, subgraphs and functions included, so that none can name a file outside the folder.
 * @throws PaddockError `bad-model` for a file that is damaged or refers to files it must not, `unsupported-model` for one that is too large
 */
export async function readSkeleton(file: ModelFile): Promise<Skeleton> {
  if (file.size > MAX_BYTES) {
    throw new PaddockError(
      'unsupported-model',
      `${file.path} has ${file.size} bytes; an ONNX file can have ${MAX_BYTES}. Take an export that keeps its weights in files of their own.`,
    );
  }
  const walk = new SkeletonWalk(new WireReader(file));
  return walk.model();
}

class SkeletonWalk {
  readonly #wire: WireReader;
  readonly #inputs: GraphValue[] = [];
  readonly #outputs: GraphValue[] = [];
  readonly #constants = new Map<string, ConstantTensor>();
  readonly #operators = new Map<string, number>();
  readonly #weightNodes: WeightNode[] = [];
  readonly #external: ExternalData;

  constructor(wire: WireReader) {
    this.#wire = wire;
    this.#external = new ExternalData(wire.file.path);
  }

  async model(): Promise<Skeleton> {
    const once = this.#once();
    let found = false;
    for await (const field of this.#wire.message({ start: 0, end: this.#wire.file.size })) {
      if (field.wire !== 2) continue;
      if (field.number === 7) {
        once(field); // graph
        found = true;
        await this.#graph(field, 0);
      } else if (field.number === 20) await this.#training(field);
      else if (field.number === 25) await this.#function(field);
    }
    if (!found) throw this.#wire.damaged('there is no graph in it');
    return {
      inputs: this.#inputs.filter(({ name }) => !this.#constants.has(name)),
      outputs: this.#outputs,
      constants: this.#constants,
      operators: this.#operators,
      weightNodes: this.#weightNodes,
      external: this.#external,
    };
  }

  async #graph(graph: WireField, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw this.#wire.damaged(`graphs are nested more than ${MAX_DEPTH} deep`);
    for await (const field of this.#wire.message(graph)) {
      if (field.wire !== 2) continue;
      if (field.number === 1) await this.#node(field, depth);
      else if (field.number === 5)
        await this.#tensor(field); // initializer
      else if (field.number === 15)
        await this.#sparse(field); // sparse_initializer
      else if (depth === 0 && field.number === 11) this.#inputs.push(await this.#value(field));
      else if (depth === 0 && field.number === 12) this.#outputs.push(await this.#value(field));
    }
  }

  async #training(training: WireField): Promise<void> {
    const once = this.#once();
    for await (const field of this.#wire.message(training)) {
      if (field.wire !== 2 || (field.number !== 1 && field.number !== 2)) continue;
      once(field); // initialization, algorithm
      await this.#graph(field, 1);
    }
  }

  async #function(definition: WireField): Promise<void> {
    for await (const field of this.#wire.message(definition)) {
      if (field.wire !== 2) continue;
      if (field.number === 7) await this.#node(field, 1);
      else if (field.number === 11) await this.#attribute(field, 1); // attribute_proto
    }
  }

  async #node(node: WireField, depth: number): Promise<void> {
    const inputs: WireField[] = [];
    const numbers: Record<string, number> = {};
    let operator = '';
    for await (const field of this.#wire.message(node)) {
      if (field.wire !== 2) continue;
      if (field.number === 1 && inputs.length < MAX_KEPT) inputs.push(field);
      else if (field.number === 4)
        operator = await this.#wire.text(field); // op_type
      else if (field.number === 5) Object.assign(numbers, await this.#attribute(field, depth));
    }
    this.#operators.set(operator, (this.#operators.get(operator) ?? 0) + 1);
    if (!WEIGHT_OPERATORS.has(operator)) return;
    if (this.#weightNodes.length >= MAX_CONSTANTS)
      throw this.#wire.damaged(`it has more than ${MAX_CONSTANTS} nodes with weights`);
    const names: string[] = [];
    for (const input of inputs) names.push(await this.#wire.text(input));
    this.#weightNodes.push({ operator, inputs: names, numbers });
  }

  /** @returns name and value of an attribute that is one number, else nothing */
  async #attribute(attribute: WireField, depth: number): Promise<Record<string, number>> {
    const once = this.#once();
    let name: WireField | undefined;
    let number: number | undefined;
    for await (const field of this.#wire.message(attribute)) {
      if (field.number === 3 && field.wire === 0) number = field.value; // i
      if (field.number === 2 && field.wire === 5) number = await this.#wire.float(field); // f
      if (field.wire !== 2) continue;
      if (field.number === 5 || field.number === 6 || field.number === 22) once(field); // t, g, sparse_tensor
      if (field.number === 1) name = field;
      else if (field.number === 5 || field.number === 10)
        await this.#tensor(field); // t, tensors
      else if (field.number === 6 || field.number === 11)
        await this.#graph(field, depth + 1); // g, graphs
      else if (field.number === 22 || field.number === 23) await this.#sparse(field); // sparse_tensor, sparse_tensors
    }
    return name && number !== undefined ? { [await this.#wire.text(name)]: number } : {};
  }

  async #sparse(sparse: WireField): Promise<void> {
    const once = this.#once();
    for await (const field of this.#wire.message(sparse)) {
      if (field.wire !== 2 || (field.number !== 1 && field.number !== 2)) continue;
      once(field); // values, indices
      await this.#tensor(field);
    }
  }

  async #tensor(tensor: WireField): Promise<void> {
    const dims: number[] = [];
    const entries: (readonly [key: string, value: string])[] = [];
    let type: string | undefined;
    let name = '';
    for await (const field of this.#wire.message(tensor)) {
      if (field.number === 1) dims.push(...(await this.#wire.numbers(field)));
      else if (field.number === 2 && field.wire === 0) type = ELEMENT_TYPES[field.value];
      else if (field.number === 8 && field.wire === 2) name = await this.#wire.text(field);
      else if (field.number === 13 && field.wire === 2) entries.push(await this.#entry(field)); // external_data
      if (dims.length > MAX_KEPT || entries.length > MAX_KEPT)
        throw this.#wire.damaged(`the tensor at byte ${tensor.start} has no end`);
    }
    const size = dims.reduce((product, dim) => product * dim, 1);
    if (!Number.isSafeInteger(size)) throw this.#wire.damaged(`the tensor "${name.slice(0, 100)}" is [${dims.slice(0, 8)}]`);
    if (name) this.#constants.set(name, { type, dims });
    if (this.#constants.size > MAX_CONSTANTS) throw this.#wire.damaged(`it has more than ${MAX_CONSTANTS} tensors`);
    if (entries.length > 0) this.#external.add(name, entries, Math.ceil(size * (ELEMENT_BYTES[type ?? ''] ?? 0)));
  }

  /** Key and value of an entry of `external_data`. */
  async #entry(entry: WireField): Promise<[key: string, value: string]> {
    const pair: [string, string] = ['', ''];
    for await (const field of this.#wire.message(entry)) {
      if (field.wire === 2 && field.number === 1) pair[0] = await this.#wire.text(field);
      else if (field.wire === 2 && field.number === 2) pair[1] = await this.#wire.text(field);
    }
    return pair;
  }

  async #value(info: WireField): Promise<GraphValue> {
    const value = { name: '', type: undefined as string | undefined, dims: [] as (number | string)[] };
    for await (const field of this.#wire.message(info)) {
      if (field.wire === 2 && field.number === 1) value.name = await this.#wire.text(field);
      if (field.wire !== 2 || field.number !== 2) continue;
      for await (const tensor of this.#wire.message(field)) {
        if (tensor.wire === 2 && tensor.number === 1) Object.assign(value, await this.#tensorType(tensor));
      }
    }
    return value;
  }

  async #tensorType(tensor: WireField): Promise<Pick<GraphValue, 'type' | 'dims'>> {
    const dims: (number | string)[] = [];
    let type: string | undefined;
    for await (const field of this.#wire.message(tensor)) {
      if (field.number === 1 && field.wire === 0) type = ELEMENT_TYPES[field.value]; // elem_type
      if (field.number !== 2 || field.wire !== 2) continue;
      for await (const dim of this.#wire.message(field)) {
        if (dim.number === 1 && dim.wire === 2 && dims.length < MAX_KEPT) dims.push(await this.#dimension(dim));
      }
    }
    return { type, dims };
  }

  async #dimension(dim: WireField): Promise<number | string> {
    let size: number | string = '';
    for await (const field of this.#wire.message(dim)) {
      if (field.number === 1 && field.wire === 0)
        size = field.value; // dim_value
      else if (field.number === 2 && field.wire === 2) size = await this.#wire.text(field); // dim_param
    }
    return size;
  }

  /** Rejects a repeated field: protobuf would merge the two messages, while here each half would be checked by itself. */
  #once(): (field: WireField) => void {
    const seen = new Set<number>();
    return ({ number, start }) => {
      if (seen.has(number)) throw this.#wire.damaged(`a message at byte ${start} stands twice`);
      seen.add(number);
    };
  }
}
