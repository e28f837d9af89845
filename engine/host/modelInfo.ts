import { decidesToRefuse, openingsOf } from '../generate/decision.ts';
import { fillsInTheMiddle } from '../generate/describe.ts';
import { largestWindow } from '../generate/memory.ts';
import type { LanguageModel } from '../generate/model.ts';
import { reachOf } from '../model/reach.ts';
import { readsSeveralFiles } from '../prompt/related.ts';
import { modelName } from '../storage/modelName.ts';
import { memoryOf } from './modelMemory.ts';
import type { ModelInfo, OpenModelParams } from './protocol.ts';

/** The most that rotary positions are stretched: the largest factor published with a scaling (Peng et al. 2023). */
const MOST_STRETCH = 32;

/** Tokens of context that a conversation can have: limited by memory, and by what the model's positions can tell apart. */
export function longestContext(model: LanguageModel, memory: number | undefined): number {
  const { contextLength } = model.config;
  const stretched = canScale(model) ? MOST_STRETCH * contextLength : contextLength;
  if (memory === undefined) return stretched;
  return Math.min(
    stretched,
    largestWindow(stretched, memory, (tokens) => memoryOf(model, tokens)),
  );
}

/** In a graph that comes with a model's files positions are fixed, and the window cannot slide. */
function canScale({ config, runtime }: LanguageModel): boolean {
  return runtime.canDiscard && config.positions?.kind === 'rotary';
}

/** What an open model is. @param largest tokens of context that a conversation can have @param weights identifies its weights */
export function describe(
  model: LanguageModel,
  params: OpenModelParams,
  { largest, weights, loadMs }: { readonly largest: number; readonly weights: string; readonly loadMs: number },
): ModelInfo {
  const { config } = model;
  const memory = model.memory(model.window);
  return {
    path: params.path,
    key: params.key ?? params.path,
    weights,
    name: params.name ?? modelName(params.path),
    family: config.family,
    parameters: model.parameters,
    contextLength: config.contextLength,
    reach: reachOf(config),
    ...(canScale(model) && { canScale: true }),
    ...(model.runtime.canDiscard && { canSlide: true }),
    window: model.window,
    largestWindow: largest,
    vocabularySize: config.vocabularySize,
    layers: config.layers,
    weightBytes: memory.weightBytes,
    memoryBytes: memory.totalBytes,
    device: model.device,
    threads: model.threads,
    fillInTheMiddle: fillsInTheMiddle(model.tokenizer, config),
    severalFiles: readsSeveralFiles(model.tokenizer, config.contextLength),
    ...(model.runtime.canSteer && config.hiddenSize !== undefined && { canSteer: true, hiddenSize: config.hiddenSize }),
    ...(decidesToRefuse(model.tokenizer) && { decidesToRefuse: true }),
    ...(config.answerStart === undefined && openingsOf(model.tokenizer).length > 0 && { opensRefusals: true }),
    loadMs,
    notes: model.notes,
  };
}
