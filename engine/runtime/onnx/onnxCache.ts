import { PaddockError } from '../../errors.ts';
import type { StateBinding } from '../../model/onnx/interface.ts';
import type { Cache, SlotRange } from '../modelRuntime.ts';
import type { Tensor } from '../ort.ts';
import type { StateCut } from './stateCut.ts';

/** Keys and values by their slot, as the graph gave them. */
export type States = ReadonlyMap<string, Tensor>;

/**
 * Frees the tensors that none of the other states have. On a GPU nobody else does; in the processor's memory the garbage collector would,
 * but only after several runs, each of which leaves the whole of the keys and values.
 */
export function release(states: States, ...kept: readonly States[]): void {
  const stays = new Set(kept.flatMap((other) => [...other.values()].map(memoryOf)));
  for (const tensor of states.values()) if (!stays.has(memoryOf(tensor))) free(tensor);
}

/** What tells apart the memory of tensors: what is left of a cut tensor lies where it was. */
function memoryOf(tensor: Tensor): object {
  return tensor.location === 'cpu' ? (tensor.data as Float32Array).buffer : tensor;
}

/** Frees a tensor's memory at once, where the version of JavaScript can. */
export function free(tensor: Tensor): void {
  const buffer = tensor.location === 'cpu' ? ((tensor.data as Float32Array).buffer as Partial<ArrayBuffer>) : undefined;
  tensor.dispose();
  buffer?.transfer?.(0);
}

/**
 * The timeline of an ONNX folder's graph. The output of a run goes into the next one without a copy; after a cut the remaining tokens are
 * moved together once, when they are needed.
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

  /** Takes the states after a run. The tokens they hold beyond the timeline's are not valid until they are appended. */
  hold(states: States, tokens: number): void {
    this.#replace(states, tokens);
  }

  append(ids: readonly number[]): void {
    this.#ids.push(...ids);
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
