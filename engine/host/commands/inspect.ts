import { chooseLowering } from '../../generate/lowering.ts';
import { openCheckpoint, readTokenizerFiles } from '../../model/checkpoint.ts';
import { infillTokens } from '../../prompt/fillInTheMiddle.ts';
import { openNodeFolder } from '../../storage/nodeFolder.ts';
import { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { modelFolder, print } from './common.ts';

const FLOAT32_BYTES = 4;

/** `paddock inspect MODEL` */
export async function inspect(path: string, options: { readonly json?: true }): Promise<void> {
  const folder = await openNodeFolder(modelFolder(path));
  const { config, weights } = await openCheckpoint(folder);
  try {
    const tokenizer = new Tokenizer(await readTokenizerFiles(folder));
    const { linear, head } = chooseLowering('cpu');
    const result = {
      folder: folder.path,
      family: 'llama',
      parameters: weights.parameters,
      storedAs: weights.elementTypes,
      config,
      controlTokens: Object.fromEntries(tokenizer.controlNames),
      fillInTheMiddle: infillTokens(tokenizer) ?? null,
      runsAs: { linear, head },
      cacheBytesPerToken: 2 * config.layers * config.kvHeads * config.headSize * FLOAT32_BYTES,
    };
    print(result, options.json, () => JSON.stringify(result, null, 2));
  } finally {
    await weights.close();
  }
}
