import type { GenerationRequest } from '../../generate/streamText.ts';

/** How text is chosen, as the command line takes it. */
export interface SamplingFlags {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly alternatives: number;
  readonly seed: number;
  readonly stop?: readonly string[];
  /** False for `--no-look-up`. */
  readonly lookUp: boolean;
}

/** The part of a request that says how text is chosen. */
export function samplingOf(flags: SamplingFlags): GenerationRequest {
  const { maxTokens, temperature, topK, topP, minP, repetitionPenalty, alternatives, seed, stop = [], lookUp } = flags;
  const sampling = { temperature, topK, topP, minP, repetitionPenalty, alternatives, seed };
  return { maxTokens, sampling, stop: stop.map(unescaped), speculate: lookUp };
}

/** Line breaks and tabs are hard to type in a shell: `\n` and `\t` stand for them. */
function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}
