import { PaddockError } from '../errors.ts';

/**
 * How the next token is chosen. The steps are those of llama.cpp, in its order: logit bias, repetition penalty, top-k, top-p, min-p,
 * temperature, draw. The cuts therefore look at the probabilities before the temperature.
 */
export interface SamplingOptions {
  /** Divides the logits before the draw; 0 is greedy. */
  readonly temperature: number;
  /** Only the k most probable tokens; 0 is all. */
  readonly topK: number;
  /** Only the fewest most probable tokens whose probabilities reach this sum (Holtzman et al. 2020); 1 is all. */
  readonly topP: number;
  /** Only tokens at least so probable, as a share of the most probable (Nguyen et al. 2024); 0 is all. */
  readonly minP?: number;
  /**
   * Logits of tokens that occurred are divided by this where positive, multiplied where not (Keskar et al. 2019), once however often
   * they occurred; 1 is none.
   */
  readonly repetitionPenalty?: number;
  /** How many of the last tokens count as having occurred, the prompt's included; 64 unless told. */
  readonly repetitionWindow?: number;
  /** Added to the logits of these tokens; −Infinity forbids one. */
  readonly logitBias?: Iterable<readonly [token: number, bias: number]>;
  /** Number of the most probable tokens reported with each choice. */
  readonly alternatives?: number;
  /** The same seed gives the same tokens for the same logits. */
  readonly seed: number;
}

export const GREEDY: SamplingOptions = { temperature: 0, topK: 0, topP: 1, seed: 0 };

/** llama.cpp's default, too. */
export const REPETITION_WINDOW = 64;

/** @throws PaddockError `bad-request` for an invalid value */
export function checkSampling(options: SamplingOptions): void {
  const { temperature, topK, topP, minP = 0, repetitionPenalty = 1, repetitionWindow = 0, alternatives = 0 } = options;
  const isShare = (value: number) => value >= 0 && value <= 1;
  const isCount = (value: number) => value >= 0 && (Number.isInteger(value) || value === Infinity);
  check(temperature >= 0 && temperature < Infinity, 'temperature', temperature, '0 or more');
  check(isCount(topK), 'topK', topK, 'a whole number, 0 for all');
  check(isShare(topP), 'topP', topP, 'between 0 and 1');
  check(isShare(minP), 'minP', minP, 'between 0 and 1');
  check(repetitionPenalty > 0 && repetitionPenalty < Infinity, 'repetitionPenalty', repetitionPenalty, 'more than 0');
  check(isCount(repetitionWindow), 'repetitionWindow', repetitionWindow, 'a whole number');
  check(isCount(alternatives), 'alternatives', alternatives, 'a whole number');
  check(Number.isFinite(options.seed), 'seed', options.seed, 'a number');
  for (const [token, bias] of options.logitBias ?? []) {
    check(Number.isInteger(token) && token >= 0 && bias < Infinity, 'logitBias', bias, 'a number or −Infinity for a token');
  }
}

function check(isRight: boolean, name: string, value: number, allowed: string): void {
  if (!isRight) throw new PaddockError('bad-request', `The sampling option ${name} is ${value}; it must be ${allowed}.`);
}
