import protobuf from 'protobufjs/minimal.js';

/** ONNX `TensorProto.DataType` numbers (onnx.proto, IR version 10). */
export const DataType = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type DataType = (typeof DataType)[keyof typeof DataType];

/** A dimension of a graph input or output: a fixed size, or the name of a size that varies by run. */
export type Dimension = number | string;

/** The name of a value in the graph. A type of its own, so that it is not mixed up with other strings. */
export type Value = string & { readonly __value: unique symbol };

export type Attribute = number | string | readonly number[] | { readonly float: number } | Branch;

interface NodeOptions {
  readonly domain?: 'com.microsoft';
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Number of outputs, 1 unless told. */
  readonly outputs?: number;
}

/** A part of the graph of its own: its nodes, and the values among them that it gives. */
class Branch {
  readonly nodes: Write[] = [];
  outputs: readonly Value[] = [];
}

type Write = (w: protobuf.Writer) => void;

const IR_VERSION = 10;
const OPSET = 21;
const WIRE = { varint: 0, bytes: 2, fixed32: 5 } as const;
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

/**
 * Writes one ONNX model (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 * Field numbers stand beside each write; the order of calls is the order of nodes, which must be topological.
 */
export class OnnxGraph {
  readonly #initializers: Write[] = [];
  readonly #inputs: Write[] = [];
  readonly #outputs: Write[] = [];
  readonly #names = new Map<Value, string>();
  /** Where nodes are added: the graph's own part, or a branch of it. */
  #part = new Branch();
  #counter = 0;

  input(name: string, type: DataType, dims: readonly Dimension[]): Value {
    this.#inputs.push((w) => valueInfo(w, name, type, dims));
    return name as Value;
  }

  /** Makes the output of a node an output of the graph, under a name of its own. */
  output(value: Value, name: string, type: DataType, dims: readonly Dimension[]): void {
    this.#names.set(value, name);
    this.#outputs.push((w) => valueInfo(w, name, type, dims));
  }

  /** A constant whose elements lie elsewhere: `bytes` from `offset` on in the store named `location`. */
  external(name: string, type: DataType, dims: readonly number[], location: string, offset: number, bytes: number): Value {
    this.#initializers.push((w) => {
      packed(w, 1, dims); // dims
      w.uint32(tag(2, WIRE.varint)).int32(type); // data_type
      w.uint32(tag(8, WIRE.bytes)).string(name); // name
      for (const [key, value] of Object.entries({ location, offset, length: bytes })) {
        message(w, 13, (entry) => {
          entry.uint32(tag(1, WIRE.bytes)).string(key);
          entry.uint32(tag(2, WIRE.bytes)).string(String(value));
        }); // external_data
      }
      w.uint32(tag(14, WIRE.varint)).int32(1); // data_location: EXTERNAL
    });
    return name as Value;
  }

  /** A small constant tensor inside the graph; `data` holds its little-endian elements and is not copied until {@link encode}. */
  initializer(name: string, type: DataType, dims: readonly number[], data: ArrayBufferView): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push((w) => {
      packed(w, 1, dims); // dims
      w.uint32(tag(2, WIRE.varint)).int32(type); // data_type
      w.uint32(tag(8, WIRE.bytes)).string(name); // name
      w.uint32(tag(9, WIRE.bytes)).bytes(bytes); // raw_data
    });
    return name as Value;
  }

  node(op: string, inputs: readonly Value[], options: NodeOptions = {}): Value {
    return this.nodes(op, inputs, options)[0] as Value;
  }

  /** Adds a node and returns its outputs in order. */
  nodes(op: string, inputs: readonly Value[], options: NodeOptions = {}): Value[] {
    const id = this.#counter++;
    const outputs = Array.from({ length: options.outputs ?? 1 }, (_, i) => `${op}_${id}_${i}` as Value);
    const named = (values: readonly Value[]) => values.map((value) => this.#names.get(value) ?? value);
    this.#part.nodes.push((w) => node(w, op, named(inputs), named(outputs), options));
    return outputs;
  }

  /**
   * Runs one of two parts of the graph. Which one is known only when it runs; either sees the values around it.
   * @param condition bool []
   * @param parts add nodes, and return float32 values that these give, as many each; the first part is for true
   * @returns the values of the part that ran
   */
  either(condition: Value, ...parts: readonly [() => readonly Value[], () => readonly Value[]]): Value[] {
    const [then, otherwise] = parts.map((part) => this.#branch(part)) as [Branch, Branch];
    const attributes = { then_branch: then, else_branch: otherwise };
    return this.nodes('If', [condition], { attributes, outputs: then.outputs.length });
  }

  /** The serialised ModelProto. */
  encode(): Uint8Array {
    const w = protobuf.Writer.create();
    w.uint32(tag(1, WIRE.varint)).int64(IR_VERSION); // ir_version
    w.uint32(tag(2, WIRE.bytes)).string('paddock'); // producer_name
    message(w, 7, (g) => {
      for (const write of this.#part.nodes) message(g, 1, write);
      g.uint32(tag(2, WIRE.bytes)).string('decoder'); // name
      for (const write of this.#initializers) message(g, 5, write);
      for (const write of this.#inputs) message(g, 11, write);
      for (const write of this.#outputs) message(g, 12, write);
    });
    for (const [domain, version] of [
      ['', OPSET],
      ['com.microsoft', 1],
    ] as const) {
      message(w, 8, (o) => {
        o.uint32(tag(1, WIRE.bytes)).string(domain);
        o.uint32(tag(2, WIRE.varint)).int64(version);
      });
    }
    return w.finish();
  }

  #branch(add: () => readonly Value[]): Branch {
    const around = this.#part;
    const branch = new Branch();
    this.#part = branch;
    try {
      branch.outputs = add();
    } finally {
      this.#part = around;
    }
    return branch;
  }
}

function tag(field: number, wire: number): number {
  return (field << 3) | wire;
}

function message(w: protobuf.Writer, field: number, write: (w: protobuf.Writer) => void): void {
  w.uint32(tag(field, WIRE.bytes)).fork();
  write(w);
  w.ldelim();
}

function packed(w: protobuf.Writer, field: number, values: readonly number[]): void {
  w.uint32(tag(field, WIRE.bytes)).fork();
  for (const value of values) w.int64(value);
  w.ldelim();
}

function node(
  w: protobuf.Writer,
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  { domain, attributes = {} }: NodeOptions,
): void {
  for (const name of inputs) w.uint32(tag(1, WIRE.bytes)).string(name);
  for (const name of outputs) w.uint32(tag(2, WIRE.bytes)).string(name);
  w.uint32(tag(3, WIRE.bytes)).string(outputs[0] ?? op); // name
  w.uint32(tag(4, WIRE.bytes)).string(op);
  for (const [name, value] of Object.entries(attributes)) message(w, 5, (a) => attribute(a, name, value));
  if (domain) w.uint32(tag(7, WIRE.bytes)).string(domain);
}

function attribute(w: protobuf.Writer, name: string, value: Attribute): void {
  w.uint32(tag(1, WIRE.bytes)).string(name);
  let type: number;
  if (typeof value === 'number') {
    w.uint32(tag(3, WIRE.varint)).int64(value); // i
    type = ATTRIBUTE_TYPE.int;
  } else if (typeof value === 'string') {
    w.uint32(tag(4, WIRE.bytes)).string(value); // s
    type = ATTRIBUTE_TYPE.string;
  } else if (value instanceof Branch) {
    message(w, 6, (g) => {
      for (const write of value.nodes) message(g, 1, write);
      g.uint32(tag(2, WIRE.bytes)).string(name); // name
      for (const output of value.outputs) message(g, 12, (info) => valueInfo(info, output, DataType.float32));
    }); // g
    type = ATTRIBUTE_TYPE.graph;
  } else if ('float' in value) {
    w.uint32(tag(2, WIRE.fixed32)).float(value.float); // f
    type = ATTRIBUTE_TYPE.float;
  } else {
    for (const item of value) w.uint32(tag(8, WIRE.varint)).int64(item); // ints
    type = ATTRIBUTE_TYPE.ints;
  }
  w.uint32(tag(20, WIRE.varint)).int32(type);
}

/** @param dims where they are known, and how many */
function valueInfo(w: protobuf.Writer, name: string, type: DataType, dims?: readonly Dimension[]): void {
  w.uint32(tag(1, WIRE.bytes)).string(name);
  message(w, 2, (t) =>
    message(t, 1, (tensor) => {
      tensor.uint32(tag(1, WIRE.varint)).int32(type); // elem_type
      if (!dims) return;
      message(tensor, 2, (shape) => {
        for (const dim of dims) {
          message(shape, 1, (d) => {
            if (typeof dim === 'number') d.uint32(tag(1, WIRE.varint)).int64(dim);
            else d.uint32(tag(2, WIRE.bytes)).string(dim);
          });
        }
      });
    }),
  );
}
