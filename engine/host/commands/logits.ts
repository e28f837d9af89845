import { loadDecoder } from '../../generate/languageModel.ts';
import { FolderConversions } from '../../storage/conversions.ts';
import { openNodeModel } from '../../storage/nodeModel.ts';
import { chosenThreads } from '../threads.ts';
import { conversionsFolder, modelPath, print, type RunOptions } from './common.ts';
import { interruptible } from './interrupt.ts';

/** `paddock logits --tokens 1,2,3`: the last position's full row, by token number. No tokenizer is needed. */
export async function logits(options: RunOptions & { readonly tokens: readonly number[] }): Promise<void> {
  const { device, precision, tokens, window } = options;
  const conversions = new FolderConversions(conversionsFolder(options.conversions));
  const location = await openNodeModel(modelPath(options.model));
  const decoder = await interruptible((signal) =>
    loadDecoder(location, ({ parameters }) => {
      const threads = chosenThreads(options.threads, parameters);
      return { device, precision, threads, window, conversions, signal };
    }),
  );
  const row = [...(await decoder.newSession().sync(tokens)).logits];
  await decoder.dispose();
  print({ tokens, logits: row }, options.json, () => row.join('\n'));
}
