import { PaddockError } from '../errors.ts';
import type { DecoderConfig, RopeScaling } from '../model/config.ts';
import { type Rotary, tableOf } from '../model/rotaryLayers.ts';
import type { CacheOptions } from './modelRuntime.ts';

/** Cosines and sines of some tokens, `[tokens, size / 2]` each. */
export interface RotaryRows {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** Cosines and sines `[size / 2]` that rotate keys back. */
export interface RotaryTurn {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** Initial number of rows of the tables. */
const FIRST_ROWS = 256;

/**
 * Tables of the rotary position embedding (Su et al. 2021): cos(m · θᵢ) and sin(m · θᵢ) with θᵢ = base^(−2i / size), changed by a scaling.
 * Rows are made as positions are reached.
 */
export class RotaryTables {
  /** Angle by which one position rotates each pair, `[size / 2]`. */
  readonly frequencies: Float64Array;
  /** Factor by which xPos makes queries grow, and keys shrink, from one position to the next, `[size / 2]`; 1 for all other kinds. */
  readonly growth: Float64Array;
  /** Tables of the layers that have a base of their own. */
  readonly local: RotaryTables | undefined;
  readonly #rotary: Rotary;
  readonly #gain: number;
  readonly #half: number;
  #query: RotaryRows = { cos: new Float32Array(), sin: new Float32Array() };
  #key: RotaryRows = this.#query;
  #rows = 0;

  /**
   * @param window positions there can be; dynamic NTK and LongRoPE choose their frequencies by it, once for all of them
   * @param scaling instead of the model's own
   */
  constructor(rotary: Rotary, window: number, scaling: RopeScaling = rotary.scaling) {
    const { frequencies, gain } = scaledFrequencies(rotary, window, scaling);
    const { local, ...common } = rotary;
    this.frequencies = frequencies;
    this.local = local && new RotaryTables({ ...common, base: local.base }, window, { kind: 'none' });
    this.#rotary = rotary;
    this.#gain = gain;
    this.#half = rotary.size / 2;
    // xPos (Sun et al. 2023): query n grows by ζ^(n/S), key m shrinks by ζ^(−m/S), so that a score decays with n − m.
    this.growth = frequencies.map((_, i) =>
      scaling.kind === 'xpos' ? (((2 * i) / rotary.size + 0.4) / 1.4) ** (1 / scaling.scaleBase) : 1,
    );
  }

  /** The rows that rotate the queries and keys of tokens at these positions; the same object if they do not differ. */
  rows(positions: readonly number[]): { readonly query: RotaryRows; readonly key: RotaryRows } {
    this.#reserve(Math.max(...positions) + 1);
    const pick = ({ cos, sin }: RotaryRows) => ({
      cos: pickRows(cos, positions, this.#half),
      sin: pickRows(sin, positions, this.#half),
    });
    const query = pick(this.#query);
    return { query, key: this.#query === this.#key ? query : pick(this.#key) };
  }

  /** What rotates the keys of a layer back by so many positions; undefined where it is not rotated. Rotations add up exactly. */
  back(positions: number): (layer: number) => RotaryTurn | undefined {
    const turns = { own: turnBack(this, positions), local: this.local && turnBack(this.local, positions) };
    return (layer) => {
      const table = tableOf(this.#rotary, layer);
      return table && turns[table];
    };
  }

  #reserve(rows: number): void {
    if (rows <= this.#rows) return;
    this.#rows = Math.max(rows, 2 * this.#rows, FIRST_ROWS);
    this.#query = this.#table(1);
    this.#key = this.growth.some((factor) => factor !== 1) ? this.#table(-1) : this.#query;
  }

  /** @param sign 1 for queries, −1 for keys */
  #table(sign: 1 | -1): RotaryRows {
    const [half, rows] = [this.#half, this.#rows];
    const cos = new Float32Array(rows * half);
    const sin = new Float32Array(rows * half);
    for (let i = 0; i < half; i++) {
      // Checkpoints were trained with frequencies rounded to float32; the angle is rounded as they round it.
      const frequency = Math.fround(this.frequencies[i] as number);
      const growth = this.growth[i] as number;
      for (let position = 0; position < rows; position++) {
        const angle = Math.fround(position * frequency);
        const length = growth === 1 ? this.#gain : this.#gain * growth ** (sign * position);
        cos[position * half + i] = length * Math.cos(angle);
        sin[position * half + i] = length * Math.sin(angle);
      }
    }
    return { cos, sin };
  }
}

function turnBack({ frequencies, growth }: RotaryTables, positions: number): RotaryTurn {
  const turned = (of: (angle: number) => number) =>
    frequencies.map((frequency, i) => of(positions * frequency) * (growth[i] as number) ** positions);
  return { cos: turned(Math.cos), sin: turned((angle) => -Math.sin(angle)) };
}

/**
 * The number of positions that a cache has room for.
 * @returns how many, and the rotary tables that its keys carry; none where positions are not rotary
 * @throws PaddockError `bad-request` for more than a model has learned
 */
export function cachePositions(
  { contextLength, positions }: DecoderConfig,
  { window: limit = contextLength, scaling }: CacheOptions,
): { readonly limit: number; readonly tables: RotaryTables | undefined } {
  if (positions.kind === 'learned' && limit > contextLength) {
    throw new PaddockError(
      'bad-request',
      `The model learned ${contextLength} positions; a window of ${limit} tokens is more than it has.`,
    );
  }
  return { limit, tables: positions.kind === 'rotary' ? latestTables(positions, limit, scaling) : undefined };
}

/** Of each model, the tables that were asked for last, and what for: making them takes as long as running some tokens. */
const LATEST = new WeakMap<Rotary, { readonly wanted: string; readonly tables: RotaryTables }>();

function latestTables(rotary: Rotary, window: number, scaling: RopeScaling = rotary.scaling): RotaryTables {
  const wanted = JSON.stringify([window, scaling]);
  const latest = LATEST.get(rotary);
  if (latest?.wanted === wanted) return latest.tables;
  const tables = new RotaryTables(rotary, window, scaling);
  LATEST.set(rotary, { wanted, tables });
  return tables;
}

/** Rows of a table for consecutive positions are a view of it; others are collected. */
function pickRows(table: Float32Array, positions: readonly number[], size: number): Float32Array {
  const first = positions[0] as number;
  if (positions.every((position, i) => position === first + i)) {
    return table.subarray(first * size, (first + positions.length) * size);
  }
  const rows = new Float32Array(positions.length * size);
  for (const [i, position] of positions.entries()) rows.set(table.subarray(position * size, (position + 1) * size), i * size);
  return rows;
}

/** Angles per position, and the factor on cosines and sines. Formulas and defaults as in Transformers' `modeling_rope_utils`. */
function scaledFrequencies(
  { base, size }: Rotary,
  window: number,
  scaling: RopeScaling,
): { frequencies: Float64Array; gain: number } {
  const plain = frequenciesOf(base, size);
  switch (scaling.kind) {
    case 'none':
    case 'xpos':
      return { frequencies: plain, gain: 1 };
    case 'linear':
      return { frequencies: plain.map((frequency) => frequency / scaling.factor), gain: 1 };
    case 'base':
      return { frequencies: frequenciesOf(scaling.base, size), gain: 1 };
    case 'ntk':
      return { frequencies: frequenciesOf(base * scaling.factor ** (size / (size - 2)), size), gain: 1 };
    case 'dynamic': {
      const stretch = scaling.factor * (Math.max(window, scaling.original) / scaling.original) - (scaling.factor - 1);
      return { frequencies: frequenciesOf(base * stretch ** (size / (size - 2)), size), gain: 1 };
    }
    case 'yarn':
      return { frequencies: yarn(plain, base, size, scaling), gain: scaling.attentionFactor };
    case 'llama3':
      return { frequencies: plain.map((frequency) => llama3(frequency, scaling)), gain: 1 };
    case 'longrope':
      return {
        frequencies: divide(plain, window > scaling.original ? scaling.long : scaling.short),
        gain: scaling.attentionFactor,
      };
    case 'divisors':
      return { frequencies: divide(plain, scaling.divisors), gain: 1 };
  }
}

function frequenciesOf(base: number, size: number): Float64Array {
  return Float64Array.from({ length: size / 2 }, (_, i) => base ** ((-2 * i) / size));
}

function divide(frequencies: Float64Array, divisors: readonly number[]): Float64Array {
  if (divisors.length === frequencies.length) return frequencies.map((frequency, i) => frequency / (divisors[i] as number));
  throw new PaddockError(
    'bad-model',
    `The model has ${divisors.length} factors for its rotary positions, ${frequencies.length} are needed. Its files are damaged.`,
  );
}

/** Slow frequencies are divided by the factor, fast ones stay, with a linear ramp between (Peng et al. 2023, section 3.2). */
function yarn(
  plain: Float64Array,
  base: number,
  size: number,
  { factor, original, betaFast, betaSlow, truncate }: Extract<RopeScaling, { kind: 'yarn' }>,
): Float64Array {
  const dimension = (rotations: number) => (size * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
  const [first, last] = [dimension(betaFast), dimension(betaSlow)];
  const low = Math.max(truncate ? Math.floor(first) : first, 0);
  const high = Math.min(truncate ? Math.ceil(last) : last, size - 1);
  const width = high === low ? 0.001 : high - low;
  return plain.map((frequency, i) => {
    const ramp = Math.min(1, Math.max(0, (i - low) / width));
    return (frequency / factor) * ramp + frequency * (1 - ramp);
  });
}

function llama3(frequency: number, scaling: Extract<RopeScaling, { kind: 'llama3' }>): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, original } = scaling;
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength > original / low) return frequency / factor;
  if (wavelength < original / high) return frequency;
  const smooth = (original / wavelength - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}
