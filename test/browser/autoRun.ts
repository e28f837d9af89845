/**
 * Opens a model with `auto` on a machine with a GPU: for the first time, again, after one and after two attempts on the GPU that ended the
 * process, after attempts in another precision only; and an encoder–decoder for the first time. Output is JSON.
 */
import { type DeviceRecords, type DeviceRecordsOfModel, PROBE } from '../../engine/generate/deviceRecords.ts';
import { loadDecoder } from '../../engine/generate/languageModel.ts';
import type { Precision } from '../../engine/generate/lowering.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';

export interface AutoRun {
  readonly device: string;
  readonly notes: readonly string[];
  /** What was stored during the opening, in order. */
  readonly written: readonly string[];
  readonly records: DeviceRecordsOfModel;
}

const isProbe = (key: string) => key.startsWith(`${PROBE} `);
const [path = '', pair = ''] = process.argv.slice(2);

async function open(held: Map<string, DeviceRecordsOfModel>, precision: Precision, model = path): Promise<AutoRun> {
  const written: string[] = [];
  let records: DeviceRecordsOfModel = {};
  const memory: DeviceRecords = {
    async read(key) {
      const known = held.get(key) ?? {};
      if (!isProbe(key)) records = known;
      return known;
    },
    async write(key, device, record) {
      const changed = { ...held.get(key), [device]: record };
      held.set(key, changed);
      if (!isProbe(key)) records = changed;
      written.push(`${isProbe(key) ? 'probe' : device} ${record?.state ?? 'forgotten'}`);
    },
  };
  const options = { device: 'auto', threads: 1, window: 256, precision, records: memory } as const;
  const decoder = await loadDecoder(await openNodeModel(model), options);
  await decoder.dispose();
  return { device: decoder.device, notes: decoder.notes, written, records };
}

const held = new Map<string, DeviceRecordsOfModel>();
const first = await open(held, 'fast');
const again = await open(held, 'fast');
const model = [...held.keys()].filter((key) => !isProbe(key)).join();
const afterTries = (tries: number) => open(new Map([[model, { webgpu: { state: 'trying', tries } }]]), 'fast');
const afterOne = await afterTries(1);
const afterTwo = await afterTries(2);
const other = await open(held, 'exact');
const encoderDecoder = await open(new Map(), 'fast', pair);
process.stdout.write(JSON.stringify([first, again, afterOne, afterTwo, other, encoderDecoder]));
