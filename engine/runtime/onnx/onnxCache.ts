import { PaddockError } from '../../errors.ts';
import type { StateBinding } from '../../model/onnx/interface.ts';
import type { Cache, SlotRange } from '../modelRuntime.ts';
import type { Tensor } from '../ort.ts';
import type { StateCut } from './stateCut.ts';

/** Keys and values by their slot, as the graph gave them. */
export type States = ReadonlyMap<string, Tensor>;

/** Frees the tensors that none of the other states have: on a GPU, nobody else does. */
export function release(states: States, ...kept: readonly States[]): void {
  const stays = new Set(kept.flatMap((other) => [...other.values()]));
  for (const tensor of states.values()) if (!stays.has(tensor)) tensor.dispose();
}

/**
 * The timeline of an ONNX folder's graph. The output of a run goes into the next one without a copy; after a cut the remaining tokens are
 * copied once, when they are needed.
 */
export class OnnxCache implements Cache {
  readonly limit: number;
  readonly #cut: StateCut;
  readonly #bindings: readonly StateBinding[];
  #states: States = new Map();
  /** Tokens that the states hold; may be more than are valid. */
  #held = 0;
  #ids: number[] = [];

  constructor(cut: StateCut, bindings: readonly StateBinding[], limit: number) {
    this.#cut = cut;
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
    for (const { size, type } of this.#states.values()) sum += size * (type === 'float32' ? 4 : 2);
    return sum;
  }

  /** Keys and values of exactly the tokens of the timeline. */
  async states(): Promise<States> {
    const { length } = this;
    if (this.#held !== length) {
      const states = new Map<string, Tensor>();
      for (const [slot, tensor] of length === 0 ? [] : this.#states) {
        const binding = this.#bindings.find((each) => each.slot === slot);
        states.set(slot, binding && !binding.cross ? await this.#cut.cut(tensor, binding.axis, length) : tensor);
      }
      this.#replace(states, length);
    }
    return this.#states;
  }

  /** Appends tokens; `states` hold all of the timeline. */
  append(ids: readonly number[], states: States): void {
    this.#ids.push(...ids);
    this.#replace(states, this.length);
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
    this.#replace(new Map(), 0);
  }

  #replace(states: States, held: number): void {
    release(this.#states, states);
    this.#states = states;
    this.#held = held;
  }
}
