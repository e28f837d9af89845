import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PREFERENCE_FILE, readPreferencePrior } from '../model/preferencePrior.ts';
import { type PreferencePrior, withoutState } from '../tuning/preference/heads.ts';
import { modelAround } from './modelAround.ts';
import { openNodeFile } from './nodeFolder.ts';

/**
 * The prior of the preference model for a model, and whose it is: the model's own, or the default model's. The latter's weights on text
 * features hold for any model; those on probabilities may not, and those on hidden states do not.
 */
export interface FoundPrior extends PreferencePrior {
  readonly of: 'model' | 'default';
  readonly path: string;
}

/**
 * @param model absolute path of a model file or folder
 * @param fallback folder of the default model
 * @throws PaddockError `bad-model`, `unsupported-model` for a file that is there and wrong; `model-not-found` where there is none at all
 */
export async function findPreferencePrior(model: string, fallback: string): Promise<FoundPrior> {
  const own = join((await modelAround(model)) ?? model, PREFERENCE_FILE);
  const found = await stat(own).catch(() => undefined);
  const path = found ? own : join(fallback, PREFERENCE_FILE);
  const prior = await readPreferencePrior(await openNodeFile(path));
  return found ? { ...prior, of: 'model', path } : { ...prior, heads: withoutState(prior.heads), of: 'default', path };
}
