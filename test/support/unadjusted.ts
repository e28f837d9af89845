import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the model in a folder itself takes the share of refusals for, before it is adjusted to how rare they are in use. */
export async function unadjusted(folder: string, share: number): Promise<number> {
  const { refusal_log_odds_offset: offset } = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8'));
  return 1 / (1 + Math.exp(-offset) * (1 / share - 1));
}
