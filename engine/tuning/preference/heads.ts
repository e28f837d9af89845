import { FEATURES, FIRST_OF_STATE } from './features.ts';

/** What is judged of an answer: how helpful it is, and how safe (Touvron et al. 2023, section 3.2.2). */
export const HEADS = ['helpful', 'safe'] as const;
export type HeadName = (typeof HEADS)[number];

/** r = Σ weight · (x − mean) / scale + bias; σ(r) is a probability. */
export interface Head {
  /** By feature. */
  readonly weight: readonly number[];
  readonly bias: number;
}

/** Both heads, with what standardises their inputs. As JSON it can be kept. */
export interface Heads {
  /** Of each feature of {@link FEATURES}. */
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly helpful: Head;
  readonly safe: Head;
  /** An answer whose probability to be safe is lower is ranked by that. */
  readonly unsafeBelow: number;
}

/** r of both heads, for one answer. */
export type Scores = Readonly<Record<HeadName, number>>;

/** Heads as they ship with a model, before a person's own choices moved them. */
export interface PreferencePrior {
  readonly heads: Heads;
  /** Of the model.safetensors whose probabilities they were fitted on; empty where that is not known. */
  readonly modelSha256: string;
}

/** The same heads, ignoring the model's hidden state, for use with another model than their own. */
export function withoutState(heads: Heads): Heads {
  const blind = ({ weight, bias }: Head): Head => ({ weight: weight.map((value, i) => (i < FIRST_OF_STATE ? value : 0)), bias });
  return { ...heads, helpful: blind(heads.helpful), safe: blind(heads.safe) };
}

/** Features with mean 0 and deviation 1, as far as those that the prior was fitted on are typical. */
export function standardised({ mean, scale }: Heads, features: readonly number[]): Float64Array {
  return Float64Array.from(features, (value, i) => (value - (mean[i] as number)) / (scale[i] as number));
}

/** @param features in the order of {@link FEATURES} */
export function scoresOf(heads: Heads, features: readonly number[]): Scores {
  const inputs = standardised(heads, features);
  return { helpful: scoreOf(heads.helpful, inputs), safe: scoreOf(heads.safe, inputs) };
}

/** r of standardised features. */
export function scoreOf({ weight, bias }: Head, inputs: Float64Array): number {
  return inputs.reduce((sum, value, i) => sum + value * (weight[i] as number), bias);
}

/** Whether something that was kept as JSON is heads of the features there are now. */
export function isHeads(value: unknown): value is Heads {
  if (typeof value !== 'object' || value === null) return false;
  const { mean, scale, helpful, safe, unsafeBelow } = value as Record<string, unknown>;
  const isShare = typeof unsafeBelow === 'number' && unsafeBelow >= 0 && unsafeBelow <= 1;
  return (
    isFeatureList(mean) && isFeatureList(scale) && scale.every((each) => each > 0) && isHead(helpful) && isHead(safe) && isShare
  );
}

/** Whether something is one finite number for each feature. */
export function isFeatureList(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === FEATURES.length && value.every(Number.isFinite);
}

function isHead(value: unknown): value is Head {
  if (typeof value !== 'object' || value === null) return false;
  const { weight, bias } = value as Record<string, unknown>;
  return isFeatureList(weight) && Number.isFinite(bias);
}
