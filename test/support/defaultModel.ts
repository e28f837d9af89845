import { join } from 'node:path';
import { findJson } from '../../engine/model/json.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { tokenizerFromFolder } from '../../engine/tokenizer/folder.ts';
import type { Tokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { root } from './paths.ts';

/** The folder of the model that ships with Paddock. */
export const defaultModel = join(root, 'models/default');

export async function defaultTokenizer(): Promise<Tokenizer> {
  return tokenizerFromFolder(await openNodeFolder(defaultModel), findJson);
}
