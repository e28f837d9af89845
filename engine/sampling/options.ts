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
  /** Added to the logits of these tokens, at most to what a float32 holds; −Infinity forbids one. */
  readonly logitBias?: LogitBias;
  /** Number of the most probable tokens reported with each choice. */
  readonly alternatives?: number;
  /** The same seed gives the same tokens for the same logits. */
  readonly seed: number;
  /**
   * Computes of the prompt what was not computed evenly, see `Session.forgetUneven`, so that the same seed gives the same text whatever was
   * asked before. Else logits may differ in their last digits by how much of the prompt was known.
   */
  readonly repeatable?: boolean;
}

/** By token. It is read several times, so it is no iterator. */
export type LogitBias = readonly (readonly [token: number, bias: number])[] | ReadonlyMap<number, number>;

export const GREEDY: SamplingOptions = { temperature: 0, topK: 0, topP: 1, seed: 0 };

/** llama.cpp's default, too. */
export const REPETITION_WINDOW = 64;

/** @throws PaddockError `bad-request` for an invalid value */
export function checkSampling(options: SamplingOptions): void {
  const { temperature, topK, topP, minP = 0, repetitionPenalty = 1, repetitionWindow = 0, alternatives = 0 } = options;
  const isShare = (value: number) => Number.isFinite(value) && value >= 0 && value <= 1;
  const isCount = (value: number) => Number.isInteger(value) && value >= 0;
  check(Number.isFinite(temperature) && temperature >= 0, 'temperature', temperature, '0 or more');
  check(isCount(topK), 'topK', topK, 'a whole number, 0 for all');
  check(isShare(topP), 'topP', topP, 'between 0 and 1');
  check(isShare(minP), 'minP', minP, 'between 0 and 1');
  const isFactor = Number.isFinite(repetitionPenalty) && repetitionPenalty > 0;
  check(isFactor, 'repetitionPenalty', repetitionPenalty, 'more than 0');
  check(isCount(repetitionWindow), 'repetitionWindow', repetitionWindow, 'a whole number');
  check(isCount(alternatives), 'alternatives', alternatives, 'a whole number');
  check(Number.isFinite(options.seed), 'seed', options.seed, 'a number');
  checkBias(options.logitBias ?? []);
}

function checkBias(bias: LogitBias): void {
  const isKnown = Array.isArray(bias) || bias instanceof Map;
  check(isKnown, 'logitBias', bias, 'a list of pairs of a token and a number, or a Map');
  for (const [token, added] of bias) {
    check(Number.isInteger(token) && token >= 0, 'logitBias', token, 'of tokens, by their numbers');
    const isNumber = Number.isFinite(added) || added === -Infinity;
    check(isNumber, 'logitBias', added, 'a number for each token, or −Infinity to forbid it');
  }
}

/** @throws PaddockError `bad-request` for anything but a whole number of at least one */
export function checkMaxTokens(maxTokens: number): void {
  if (Number.isInteger(maxTokens) && maxTokens > 0) return;
  throw new PaddockError('bad-request', `maxTokens is ${maxTokens}; it must be a whole number, 1 or more.`);
}

function check(isRight: boolean, name: string, value: unknown, allowed: string): void {
  if (!isRight) throw new PaddockError('bad-request', `The sampling option ${name} is ${value}; it must be ${allowed}.`);
}
