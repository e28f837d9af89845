import { isReadable } from '../chat/template.ts';
import type { ModelLocation } from '../model/location.ts';
import { cardLicence } from '../model/modelCard.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { withModel } from './languageModel.ts';
import type { MemoryEstimate } from './memory.ts';
import type { ModelConfig, OpenedModel } from './model.ts';

/** What a model is, found without reading its weights. */
export interface ModelDescription {
  readonly path: string;
  /** The name the file gives itself. */
  readonly name?: string;
  readonly family: string;
  readonly format: OpenedModel['format'];
  /** Number of tensors by storage type. */
  readonly storedAs: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** Tokens of context the model was trained on. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Bytes of the model's weight files. */
  readonly fileBytes: number;
  readonly fillInTheMiddle: boolean;
  /** Whether it brings a chat template that can be read. */
  readonly chat: boolean;
  readonly licence?: string;
  /** For several windows, on the native CPU. */
  readonly memory: readonly MemoryEstimate[];
  /** √(Σ(w − w′)² / Σw²) over a sample of the weights that are rounded to fewer bits for the native CPU; absent if none are. */
  readonly roundingError?: number;
}

/**
 * Describes a model. The location's file is closed in the end.
 * @throws PaddockError `bad-model`, `unsupported-model`
 */
export function describeModel(location: ModelLocation): Promise<ModelDescription> {
  return withModel(location, async (model) => {
    const { path, format, config, parameters, storedAs, fileBytes, name } = model;
    const licence = model.licence ?? (await licenceBeside(location));
    const { family, contextLength, vocabularySize, layers } = config;
    const tokenizer = await model.tokenizer();
    const roundingError = await model.roundingError();
    return {
      path,
      ...(name !== undefined && { name }),
      family,
      format,
      storedAs,
      parameters,
      contextLength,
      vocabularySize,
      layers,
      fileBytes,
      fillInTheMiddle: fillsInTheMiddle(tokenizer, config),
      chat: tokenizer.chatTemplate !== undefined && isReadable(tokenizer.chatTemplate),
      ...(licence !== undefined && { licence }),
      memory: await Promise.all(windowsOf(contextLength).map((window) => model.memory(window))),
      ...(roundingError !== undefined && { roundingError }),
    };
  });
}

/** The licence in a folder's model card. A card that cannot be read says none. */
async function licenceBeside(location: ModelLocation): Promise<string | undefined> {
  if (location.kind === 'file') return undefined;
  const card = await location.folder.readText('README.md').catch(() => undefined);
  return card === undefined ? undefined : cardLicence(card);
}

/** Whether a model sees the text after the cursor: through control tokens, or as an encoder–decoder whose input has a gap. */
export function fillsInTheMiddle(tokenizer: Tokenizer, config: ModelConfig): boolean {
  return tokenizer.infill !== undefined || config.answerStart !== undefined;
}

/** Windows worth knowing the memory of: the trained one, and smaller ones. */
function windowsOf(contextLength: number): number[] {
  return [...[2048, 8192, 32768].filter((window) => window < contextLength), contextLength];
}
