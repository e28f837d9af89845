/** Opens a model with `auto` where there is a GPU: never seen, seen, and after a try on the GPU that ended the process. Output is JSON. */
import type { DeviceRecords, DeviceRecordsOfModel } from '../../engine/generate/deviceRecords.ts';
import { loadDecoder } from '../../engine/generate/languageModel.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';

export interface AutoRun {
  readonly device: string;
  readonly notes: readonly string[];
  /** What was remembered during the opening, in order. */
  readonly written: readonly string[];
  readonly records: DeviceRecordsOfModel;
}

const path = process.argv[2] ?? '';

async function open(records: DeviceRecordsOfModel): Promise<AutoRun> {
  const held: DeviceRecordsOfModel = { ...records };
  const written: string[] = [];
  const memory: DeviceRecords = {
    read: async () => held,
    async write(_, device, record) {
      held[device] = record;
      written.push(`${device} ${record.state}`);
    },
  };
  const decoder = await loadDecoder(await openNodeModel(path), { device: 'auto', threads: 1, window: 256, records: memory });
  await decoder.dispose();
  return { device: decoder.device, notes: decoder.notes, written, records: held };
}

const first = await open({});
const again = await open(first.records);
const after = await open({ webgpu: { state: 'trying' } });
process.stdout.write(JSON.stringify([first, again, after]));
