import { fileURLToPath } from 'node:url';
import { readTokenizerFiles } from '../../engine/model/checkpoint.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { Tokenizer } from '../../engine/tokenizer/tokenizer.ts';

/** The folder of the model that ships with Paddock. */
export const defaultModel = fileURLToPath(new URL('../../models/default', import.meta.url));

export async function defaultTokenizer(): Promise<Tokenizer> {
  return new Tokenizer(await readTokenizerFiles(await openNodeFolder(defaultModel)));
}
