import { text as readAll } from 'node:stream/consumers';
import { readTokenizerFiles } from '../../model/checkpoint.ts';
import { openNodeFolder } from '../../storage/nodeFolder.ts';
import { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { modelFolder, print, readSource } from './common.ts';

/** `paddock tokenize [FILE]` */
export async function tokenize(
  file: string | undefined,
  options: { readonly model?: string; readonly json?: true },
): Promise<void> {
  const tokenizer = new Tokenizer(await readTokenizerFiles(await openNodeFolder(modelFolder(options.model))));
  const source = file === undefined ? await readAll(process.stdin) : await readSource(file);
  const tokens = tokenizer.encode(source);
  const pieces = tokens.map((token) => tokenizer.piece(token));
  print({ tokens, pieces }, options.json, () => tokens.map((token, i) => `${token}\t${JSON.stringify(pieces[i])}`).join('\n'));
}
