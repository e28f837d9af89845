import { PaddockError } from '../../errors.ts';
import { textLoss } from '../../generate/perplexity.ts';
import { print, type RunOptions, readSource, withEngine } from './common.ts';

/** `paddock perplexity FILE…`: over all files together. */
export async function perplexity(files: readonly string[], options: RunOptions): Promise<void> {
  const sources: string[] = [];
  for (const file of files) sources.push(await readSource(file));
  const result = await withEngine(options, async ({ opened: { model, session } }) => {
    let nats = 0;
    let tokens = 0;
    let bytes = 0;
    for (const source of sources) {
      const loss = await textLoss(model, session, source);
      nats += loss.nats;
      tokens += loss.tokens;
      bytes += loss.bytes;
    }
    if (tokens === 0) {
      throw new PaddockError('bad-request', `There is too little text in ${files.join(', ')}: two tokens are the least.`);
    }
    return {
      files: files.length,
      bytes,
      tokens,
      bitsPerByte: nats / Math.LN2 / bytes,
      natsPerToken: nats / tokens,
      perplexity: Math.exp(nats / tokens),
      bytesPerToken: bytes / tokens,
    };
  });
  print(
    result,
    options.json,
    ({ bitsPerByte, natsPerToken, perplexity: value, bytesPerToken }) =>
      `${files.length === 1 ? '1 file' : `${files.length} files`}, ${result.bytes} bytes, ${result.tokens} tokens (${bytesPerToken.toFixed(2)} bytes per token)\n` +
      `${bitsPerByte.toFixed(4)} bits per byte, ${natsPerToken.toFixed(4)} nats per token, perplexity ${value.toFixed(2)}`,
  );
}
