import { loadDecoder } from '../../generate/languageModel.ts';
import { openNodeFolder } from '../../storage/nodeFolder.ts';
import { chosenThreads } from '../engine.ts';
import { modelFolder, print, type RunOptions } from './common.ts';

/** `paddock logits --tokens 1,2,3`: the last position's full row, by token number. No tokenizer is needed. */
export async function logits(options: RunOptions & { readonly tokens: readonly number[] }): Promise<void> {
  const { device, precision, tokens } = options;
  const folder = await openNodeFolder(modelFolder(options.model));
  const decoder = await loadDecoder(folder, { device, precision, threads: chosenThreads(options.threads) });
  const row = [...(await decoder.newSession().sync(tokens)).logits];
  await decoder.dispose();
  print({ tokens, logits: row }, options.json, () => row.join('\n'));
}
