import type { ModelLocation } from '../model/location.ts';
import type { Decoder, LanguageModel, LoadOptions, OpenedModel } from './model.ts';
import { openModel } from './openModel.ts';

/** How to load a model, or what says so when its configuration was read. */
type HowToLoad = LoadOptions | ((model: OpenedModel) => LoadOptions);

/**
 * Opens a model, converts its weights for the device unless that was done before, and loads it. The location's file is closed in the end.
 * @throws PaddockError `bad-model`, `unsupported-model`, `not-enough-memory`, `runtime`, `cancelled`; nothing stays open
 */
export function loadLanguageModel(location: ModelLocation, how: HowToLoad): Promise<LanguageModel> {
  return withModel(location, async (model) => {
    const tokenizer = await model.tokenizer();
    const decoder = await load(model, how);
    const stopTokens = new Set([...decoder.config.eosTokenIds, ...tokenizer.endTokens, ...tokenizer.controls]);
    const bosTokenId = tokenizer.addBos === false ? undefined : (tokenizer.bos ?? decoder.config.bosTokenId);
    return { ...decoder, config: { ...decoder.config, bosTokenId }, tokenizer, stopTokens };
  });
}

/** The same without a tokenizer, for models that may have none. */
export function loadDecoder(location: ModelLocation, how: HowToLoad): Promise<Decoder> {
  return withModel(location, (model) => load(model, how));
}

function load(model: OpenedModel, how: HowToLoad): Promise<Decoder> {
  return model.load(typeof how === 'function' ? how(model) : how);
}

/** Opens a model and closes it when `action` is done. */
export async function withModel<T>(location: ModelLocation, action: (model: OpenedModel) => Promise<T>): Promise<T> {
  const model = await openModel(location);
  try {
    return await action(model);
  } finally {
    await model.close();
  }
}
