import { textLoss } from '../../generate/perplexity.ts';
import { print, type RunOptions, readSource, withEngine } from './common.ts';

/** `paddock perplexity FILE…`: over all files together. */
export async function perplexity(files: readonly string[], options: RunOptions): Promise<void> {
  const result = await withEngine(options, async ({ opened: { model, session } }) => {
    let nats = 0;
    let tokens = 0;
    let bytes = 0;
    for (const file of files) {
      const loss = await textLoss(model, session, await readSource(file));
      nats += loss.nats;
      tokens += loss.tokens;
      bytes += loss.bytes;
    }
    return {
      files: files.length,
      bytes,
      tokens,
      bitsPerByte: bytes === 0 ? 0 : nats / Math.LN2 / bytes,
      natsPerToken: tokens === 0 ? 0 : nats / tokens,
      perplexity: tokens === 0 ? 1 : Math.exp(nats / tokens),
      bytesPerToken: tokens === 0 ? 0 : bytes / tokens,
    };
  });
  print(
    result,
    options.json,
    ({ bitsPerByte, natsPerToken, perplexity: value, bytesPerToken }) =>
      `${files.length} files, ${result.bytes} bytes, ${result.tokens} tokens (${bytesPerToken.toFixed(2)} bytes per token)\n` +
      `${bitsPerByte.toFixed(4)} bits per byte, ${natsPerToken.toFixed(4)} nats per token, perplexity ${value.toFixed(2)}`,
  );
}
