/** Begins a conversion, says so when half of it is written, and waits to be killed. Arguments: the folder of conversions, the model. */
import { WeightPlan } from '../../../engine/graph/weightPlan.ts';
import type { WeightSource } from '../../../engine/model/weights.ts';
import { FolderConversions } from '../../../engine/storage/conversions.ts';
import { openNodeFile } from '../../../engine/storage/nodeFolder.ts';

const [store, model] = process.argv.slice(2) as [string, string];
const weights = new WeightPlan();
weights.reserve(2000);
weights.add(async (write) => {
  await write(0, new Uint8Array(1000));
  process.send?.('half');
  await new Promise((resolve) => setTimeout(resolve, 120_000));
});
const source = { files: [await openNodeFile(model)] } as unknown as WeightSource;
await new FolderConversions(store).convert(source, { model: Buffer.from('graph'), weights, rounded: [] }, {});
