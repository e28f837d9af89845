import { withModel } from '../../generate/languageModel.ts';
import { openNodeModel } from '../../storage/nodeModel.ts';
import { modelPath, print, readSourceOrInput } from './common.ts';

/** `paddock tokenize [FILE]` */
export async function tokenize(
  file: string | undefined,
  options: { readonly model?: string; readonly json?: true },
): Promise<void> {
  const location = await openNodeModel(modelPath(options.model));
  const tokenizer = await withModel(location, (model) => model.tokenizer());
  const source = await readSourceOrInput(file);
  const tokens = tokenizer.encode(source);
  const pieces = tokens.map((token) => tokenizer.piece(token));
  print({ tokens, pieces }, options.json, () => tokens.map((token, i) => `${token}\t${JSON.stringify(pieces[i])}`).join('\n'));
}
