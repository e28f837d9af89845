import type { Value } from './onnx.ts';
import type { Norm, RotaryRows } from './operators.ts';

/** How the heads of S new tokens stand in memory, which differs between ways to compute attention. */
export interface Heads {
  /**
   * Queries, keys and values as the other methods take them.
   * @param products one of `[1, S, (heads + 2 · KV heads) · head size]`, or three, `[1, S, heads · head size]` and so on
   */
  heads(products: readonly Value[]): QueriesKeysValues;
  /** Normalises each of so many heads on its own. */
  norm(x: Value, heads: number, norm: Norm): Value;
  /** Turns each of so many heads, see `Operators.rotary`. */
  rotate(x: Value, heads: number, rows: RotaryRows, size: number): Value;
}

export type QueriesKeysValues = readonly [Value, Value, Value];

/** A way to compute attention over a cache. S tokens, H heads, KV key-value heads, D head size. */
export interface Way extends Heads {
  /** @returns `[1, S, H · D]`; new keys and values, `[KV, 1, S, D]` each */
  attend(layer: number, heads: QueriesKeysValues, cached: KeysAndValues): readonly [Value, Value, Value];
}

/** Gives the queries, keys and values of a layer, normalised and turned, as they stand in one way. */
export type InHeads = (way: Heads) => QueriesKeysValues;

/** Keys, and values. */
export type KeysAndValues = readonly [Value, Value];
