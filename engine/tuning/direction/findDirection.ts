import { PaddockError } from '../../errors.ts';
import { commonEnd, type Differences, meanDifferences } from './differences.ts';
import { divergence, meanOf, probabilities, refusalScore, tellingTokens } from './scores.ts';
import type { Change, Contrast, Subject } from './subject.ts';

export interface FindOptions {
  /** Prompts of each set that the direction is chosen by; the others are what it is made of. A fifth, but 32 at most, unless told. */
  readonly heldOut?: number;
  /** Last tokens of prompts to look at, at most; 5 unless told. */
  readonly positions?: number;
  /** Tokens that a refusal begins with; by default those that best tell the sets apart. */
  readonly tokens?: readonly number[];
  /**
   * Mean KL divergence on answered prompts that projecting the direction out may cost, in nats; 0.1 unless told. The tokens of a refusal
   * are excluded: they are meant to become less probable, and in a model that decides by its first token they are half of the
   * distribution.
   */
  readonly mostDivergence?: number;
  /** Score that adding the direction must bring answered prompts to; default 0, where a refusal is as probable as not. */
  readonly leastInduced?: number;
  /** Part of the layers that is looked at, from the first; 0.8 unless told. */
  readonly depth?: number;
  /** Called between runs with the share done, 0–1. Whatever it throws ends the work, which is how it is cancelled. */
  readonly onProgress?: (part: number) => void;
}

/** Mean refusal scores on held-out prompts, in nats. */
export interface DirectionScores {
  /** Of refused prompts as they are, and with the direction projected out. */
  readonly refused: number;
  readonly bypassed: number;
  /** Of answered prompts as they are, and with the direction added. */
  readonly answered: number;
  readonly induced: number;
  /** Mean KL divergence that projecting it out costs answered prompts, apart from the tokens of a refusal, in nats. */
  readonly divergence: number;
}

export interface FoundDirection {
  /** The layer that it stands behind, from 0, and the token, counted from the prompt's end: −1 is the last. */
  readonly layer: number;
  readonly position: number;
  /** Mean of refused less mean of answered prompts, `[hidden size]`. */
  readonly direction: Float32Array;
  readonly tokens: readonly number[];
  readonly scores: DirectionScores;
}

const [SHARE, MOST_HELD_OUT, POSITIONS, TOKENS, DIVERGENCE, DEPTH] = [0.2, 32, 5, 3, 0.1, 0.8];

/** How many directions are tested for side effects, in the order of their first score. */
const MOST_TRIED = 40;

interface Candidate {
  readonly layer: number;
  readonly position: number;
  readonly direction: Float32Array;
}

/**
 * Finds the direction in the residual stream that stands for refusing (Arditi et al. 2024, arXiv 2406.11717): the differences of means over
 * two sets of prompts are candidates, behind each layer at each of the last tokens; chosen is the one that makes held-out prompts refused
 * least when it is projected out, among those that bring refusals about when added and leave answers as they are when projected out.
 * @throws PaddockError `bad-request` for too few prompts, or where no direction does that
 */
export async function findDirection(subject: Subject, contrast: Contrast, options: FindOptions = {}): Promise<FoundDirection> {
  const { training, held } = split(contrast, options.heldOut);
  const count = Math.min(options.positions ?? POSITIONS, Math.max(1, commonEnd(contrast)));
  const layers = Math.max(1, Math.floor(subject.layers * (options.depth ?? DEPTH)));
  const prompts = training.refused.length + training.answered.length;
  const heldPrompts = held.refused.length + held.answered.length;
  // Beside the first score of every candidate, the others' for about two.
  const work = prompts + heldPrompts + layers * count * held.refused.length + 4 * held.answered.length;
  let done = 0;
  const step = () => options.onProgress?.(Math.min(1, ++done / work));

  const differences = await meanDifferences(subject, training, count, step);
  const plain = {
    refused: await distributions(subject, held.refused, undefined, step),
    answered: await distributions(subject, held.answered, undefined, step),
  };
  const tokens = options.tokens ?? tellingTokens(plain.refused, plain.answered, TOKENS);
  const candidates = candidatesOf(subject, differences, layers);
  const scored: { readonly candidate: Candidate; readonly bypassed: number }[] = [];
  for (const candidate of candidates) {
    const after = await distributions(subject, held.refused, everywhere(subject, candidate.direction), step);
    scored.push({ candidate, bypassed: meanOf(after.map((row) => refusalScore(row, tokens))) });
  }
  scored.sort((a, b) => a.bypassed - b.bypassed);
  const before = {
    refused: meanOf(plain.refused.map((row) => refusalScore(row, tokens))),
    answered: meanOf(plain.answered.map((row) => refusalScore(row, tokens))),
  };
  for (const { candidate, bypassed } of scored.slice(0, MOST_TRIED)) {
    const { layer, direction } = candidate;
    const added = await distributions(subject, held.answered, behind(subject, layer, direction), step);
    const induced = meanOf(added.map((row) => refusalScore(row, tokens)));
    if (!(induced > (options.leastInduced ?? 0)) || !(bypassed < before.refused)) continue;
    const without = await distributions(subject, held.answered, everywhere(subject, direction), step);
    const cost = meanOf(without.map((row, i) => divergence(plain.answered[i] as Float64Array, row, tokens)));
    if (!(cost <= (options.mostDivergence ?? DIVERGENCE))) continue;
    options.onProgress?.(1);
    return { ...candidate, tokens, scores: { ...before, bypassed, induced, divergence: cost } };
  }
  throw new PaddockError(
    'bad-request',
    'No direction tells these prompts apart: none brings refusals about and takes them away. Give prompts that this model refuses, and more of them.',
  );
}

/** The held-out prompts are spread evenly over each set. @throws PaddockError `bad-request` for too few */
function split(contrast: Contrast, wish: number | undefined): { training: Contrast; held: Contrast } {
  const parts = [contrast.refused, contrast.answered].map((prompts) => {
    const count = Math.min(wish ?? Math.min(MOST_HELD_OUT, Math.ceil(SHARE * prompts.length)), prompts.length - 1);
    if (count < 1) throw new PaddockError('bad-request', 'Each set needs at least two prompts; some hundred are better.');
    const isHeld = (i: number) => Math.floor(((i + 1) * count) / prompts.length) > Math.floor((i * count) / prompts.length);
    return { held: prompts.filter((_, i) => isHeld(i)), training: prompts.filter((_, i) => !isHeld(i)) };
  });
  const [refused, answered] = parts as [(typeof parts)[0], (typeof parts)[0]];
  return {
    training: { refused: refused.training, answered: answered.training },
    held: { refused: refused.held, answered: answered.held },
  };
}

/** Not behind the first layer, where there are others: files of llama.cpp have no place for it. */
function candidatesOf({ hiddenSize, layers: all }: Subject, { positions, values }: Differences, layers: number): Candidate[] {
  const candidates: Candidate[] = [];
  for (let layer = Math.min(1, all - 1); layer < Math.max(layers, Math.min(2, all)); layer++) {
    for (const [i, position] of positions.entries()) {
      const start = (layer * positions.length + i) * hiddenSize;
      const direction = Float32Array.from(values.subarray(start, start + hiddenSize));
      if (direction.some((value) => value !== 0)) candidates.push({ layer, position, direction });
    }
  }
  return candidates;
}

async function distributions(
  subject: Subject,
  prompts: readonly (readonly number[])[],
  change: Change | undefined,
  step: () => void,
): Promise<Float64Array[]> {
  const rows: Float64Array[] = [];
  for (const prompt of prompts) {
    rows.push(probabilities(await subject.logits(prompt, change)));
    step();
  }
  return rows;
}

/** Projects a direction out behind every layer. */
function everywhere({ layers, hiddenSize }: Subject, direction: Float32Array): Change {
  const directions = new Float32Array(layers * hiddenSize);
  for (let layer = 0; layer < layers; layer++) directions.set(direction, layer * hiddenSize);
  return { mode: 'project', coefficient: 1, directions };
}

/** Adds a direction behind one layer. */
function behind({ layers, hiddenSize }: Subject, layer: number, direction: Float32Array): Change {
  const directions = new Float32Array(layers * hiddenSize);
  directions.set(direction, layer * hiddenSize);
  return { mode: 'add', coefficient: 1, directions };
}
