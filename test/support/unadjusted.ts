import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The model's own probability of a refusal, computed back from the one that was adjusted to how rare refusals are in use. */
export async function unadjusted(folder: string, share: number): Promise<number> {
  const { refusal_log_odds_offset: offset } = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8'));
  return 1 / (1 + Math.exp(-offset) * (1 / share - 1));
}
