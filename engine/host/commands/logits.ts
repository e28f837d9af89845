import { print, type RunOptions, withEngine } from './common.ts';

/** `paddock logits --tokens 1,2,3`: the last position's full row, by token number. */
export async function logits(options: RunOptions & { readonly tokens: readonly number[] }): Promise<void> {
  const row = await withEngine(options, async ({ opened }) => [...(await opened.session.sync(options.tokens)).logits]);
  print({ tokens: options.tokens, logits: row }, options.json, () => row.join('\n'));
}
