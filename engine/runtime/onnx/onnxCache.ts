import { PaddockError } from '../../errors.ts';
import type { StateBinding } from '../../model/onnx/interface.ts';
import type { Cache, SlotRange } from '../modelRuntime.ts';
import type { Ort, Tensor } from '../ort.ts';

/** Keys and values by their slot, as the graph gave them. */
export type States = ReadonlyMap<string, Tensor>;

/**
 * The timeline of an ONNX folder's graph. The output of a run goes into the next one without a copy; after a cut the remaining tokens are
 * copied once, when they are needed.
 */
export class OnnxCache implements Cache {
  readonly limit: number;
  readonly #ort: Ort;
  readonly #bindings: readonly StateBinding[];
  #states: States = new Map();
  /** Tokens that the states hold; may be more than are valid. */
  #held = 0;
  #ids: number[] = [];

  constructor(ort: Ort, bindings: readonly StateBinding[], limit: number) {
    this.#ort = ort;
    this.#bindings = bindings;
    this.limit = limit;
  }

  get length(): number {
    return this.#ids.length;
  }

  /** Tokens of the timeline. Graphs without keys and values are run on all of them. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  get bytes(): number {
    let sum = 0;
    for (const { data } of this.#states.values()) sum += (data as Float32Array).byteLength;
    return sum;
  }

  /** Keys and values of exactly the tokens of the timeline. */
  states(): States {
    if (this.#held !== this.length) {
      const cut = (slot: string, tensor: Tensor) => {
        const binding = this.#bindings.find((each) => each.slot === slot);
        return binding && !binding.cross ? this.#cut(tensor, binding.axis) : tensor;
      };
      this.#states = new Map(this.length === 0 ? [] : [...this.#states].map(([slot, tensor]) => [slot, cut(slot, tensor)]));
      this.#held = this.length;
    }
    return this.#states;
  }

  /** Appends tokens; `states` hold all of the timeline. */
  append(ids: readonly number[], states: States): void {
    this.#ids.push(...ids);
    this.#states = states;
    this.#held = this.length;
  }

  truncate(length: number): void {
    this.#ids.length = Math.min(this.#ids.length, length);
  }

  keep(slots: readonly SlotRange[]): void {
    const [first, ...others] = slots;
    if (first && (first.start !== 0 || others.length > 0)) {
      throw new PaddockError('bad-request', 'The graphs of an ONNX folder have one timeline, without branches.');
    }
    this.truncate(first?.end ?? 0);
  }

  discard(): void {
    throw new PaddockError('bad-request', 'The positions of cached tokens cannot be moved in the graphs of an ONNX folder.');
  }

  dispose(): void {
    this.truncate(0);
    this.#states = new Map();
    this.#held = 0;
  }

  /** The first tokens of a tensor. */
  #cut(tensor: Tensor, axis: number): Tensor {
    const { dims, type } = tensor;
    const data = tensor.data as Float32Array;
    const inner = product(dims.slice(axis + 1));
    const [from, to] = [(dims[axis] as number) * inner, this.length * inner];
    const rows = product(dims.slice(0, axis));
    // Float16 may be its own array type or plain integers; whatever it is, the copy is of the same.
    const copy = data.slice(0, rows * to);
    for (let row = 1; row < rows; row++) copy.set(data.subarray(row * from, row * from + to), row * to);
    return new this.#ort.Tensor(type as 'float32', copy, [...dims.slice(0, axis), this.length, ...dims.slice(axis + 1)]);
  }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
