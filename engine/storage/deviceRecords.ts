import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeviceRecord, DeviceRecords, DeviceRecordsOfModel } from '../generate/deviceRecords.ts';
import type { Device } from '../runtime/backend.ts';
import { writeWhole } from './wholeFile.ts';

/** Models remembered, the latest. */
const MOST_MODELS = 200;
const DEVICES: readonly string[] = ['cpu', 'webgpu', 'wasm'] satisfies Device[];

/** How models ran on the devices of this machine, in a JSON file. One that is missing or damaged remembers nothing. */
export class FileDeviceRecords implements DeviceRecords {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(model: string): Promise<DeviceRecordsOfModel> {
    return (await this.#all())[model] ?? {};
  }

  async write(model: string, device: Device, record: DeviceRecord): Promise<void> {
    const { [model]: before, ...others } = await this.#all();
    const entries = [...Object.entries(others), [model, { ...before, [device]: record }] as const].slice(-MOST_MODELS);
    await mkdir(dirname(this.#path), { recursive: true });
    await writeWhole(this.#path, JSON.stringify(Object.fromEntries(entries)));
  }

  async #all(): Promise<Record<string, DeviceRecordsOfModel>> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path, 'utf8'));
      return Object.fromEntries(entriesOf(value).map(([model, records]) => [model, checked(records)]));
    } catch {
      return {};
    }
  }
}

/** The valid records of a model. */
function checked(records: unknown): DeviceRecordsOfModel {
  return Object.fromEntries(entriesOf(records).filter(([device, record]) => DEVICES.includes(device) && isRecord(record)));
}

function isRecord(value: unknown): value is DeviceRecord {
  const { state, tries, prefill, decode } = Object.fromEntries(entriesOf(value));
  const isPositive = (number: unknown) => typeof number === 'number' && number > 0;
  return state === 'trying' ? isPositive(tries) : state === 'measured' && isPositive(prefill) && isPositive(decode);
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
