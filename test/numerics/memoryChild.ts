/**
 * Opens a model in a process of its own, fills its window (of an encoder–decoder, that of the input and that of the answer) in chunks, decodes a little, and prints what memory that took.
 * Arguments: the model, the device, the window, and the folder of conversions. With a window of 0 it only converts, and prints
 * what that took.
 */
import { withModel } from '../../engine/generate/languageModel.ts';
import type { Device } from '../../engine/runtime/backend.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import { FolderConversions } from '../../engine/storage/conversions.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import { peakBytes } from '../support/peakMemory.ts';
import type { MeasuredMemory } from './memory.ts';

const STEPS = 8;

const [path, device, windowText, conversions] = process.argv.slice(2) as [string, Device, string, string];
const wanted = Number(windowText);
// The library is loaded before the model; what it allocates for the model counts.
await loadBackend(device, 1);
const base = residentBytes();
await withModel(await openNodeModel(path), async (model) => {
  const store = new FolderConversions(conversions);
  const beforeLoading = async () => {
    if (wanted === 0) process.stdout.write(JSON.stringify(peakBytes() - base));
  };
  const options = { device, threads: 1, conversions: store, beforeLoading };
  const decoder = await model.load({ ...options, ...(wanted > 0 && { window: wanted }) });
  if (wanted === 0) return;
  const session = decoder.newSession();
  const { window, config, memory } = decoder;
  const { answerStart } = config;
  // Spread over the vocabulary, as in texts: rows of the embedding are read from the file when they are looked up. An encoder's input ends
  // with the token that begins the answer.
  const tokens = Array.from({ length: window - STEPS }, (_, i) => 1 + ((i * 7919) % (config.vocabularySize - 1)));
  const input = tokens.filter((token) => token !== answerStart);
  await session.sync(answerStart === undefined ? tokens : [...input, answerStart, ...tokens.slice(1)]);
  for (let i = 0; i < STEPS; i++) await session.step(i);
  const result: MeasuredMemory = {
    estimate: memory(window),
    measuredBytes: peakBytes() - base,
    heldBytes: residentBytes() - base,
  };
  process.stdout.write(JSON.stringify(result));
});

function residentBytes(): number {
  return process.memoryUsage.rss();
}
