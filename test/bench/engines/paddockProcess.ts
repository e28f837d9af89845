import { EngineClient } from '../../../engine/host/client.ts';
import { median } from '../../../engine/host/median.ts';
import { findJson } from '../../../engine/model/json.ts';
import { openNodeFolder } from '../../../engine/storage/nodeFolder.ts';
import { tokenizerFromFolder } from '../../../engine/tokenizer/folder.ts';
import { engineEntry } from '../../support/paths.ts';
import type { LoadJob, Measurement } from '../measure.ts';

/** Code to type after; long enough for any prompt once repeated. */
const SOURCE = `export function total(orders) {
  let sum = 0;
  for (const order of orders) {
    sum += order.price * order.count;
  }
  return sum;
}

`;

/**
 * The way of a keystroke without the editor: EngineClient, the channel between processes, tokenizer, prefill, first text.
 * @param tokens of the prompt
 * @returns ms to the first text, right after loading (`cold`) and (median of keystrokes, `warm`) with the prompt in the cache
 */
export async function keystrokes({ path, threads, conversions }: LoadJob, tokens: number): Promise<Measurement> {
  const client = new EngineClient({ entry: engineEntry, log: () => {}, onExit: () => {} });
  try {
    await client.openModel({ role: 'completion', path, device: 'cpu', threads, window: 0, conversions });
    const text = await textOfLength(path, tokens);
    const cold = await firstText(client, text);
    const warm: number[] = [];
    for (let typed = 1; typed <= 8; typed++) warm.push(await firstText(client, text + 'orderCou'.slice(0, typed)));
    return { cold, warm: median(warm) };
  } finally {
    client.dispose();
  }
}

/** Time to the first piece of text, or to the answer where the model says nothing. */
async function firstText(client: EngineClient, prefix: string): Promise<number> {
  const started = performance.now();
  let first = 0;
  await client.complete({ prefix, suffix: '\n', path: 'orders.js', maxTokens: 8, multiline: true }, undefined, () => {
    first ||= performance.now();
  });
  return (first || performance.now()) - started;
}

/** The end of a text of code that is about so many tokens long. */
async function textOfLength(folder: string, tokens: number): Promise<string> {
  const tokenizer = await tokenizerFromFolder(await openNodeFolder(folder), findJson);
  const length = tokenizer.encode(SOURCE).length;
  const whole = SOURCE.repeat(Math.floor(tokens / length));
  const rest = [...SOURCE];
  while (tokenizer.encode(rest.join('')).length > tokens % length) rest.pop();
  return `${whole}${rest.join('')}`;
}
