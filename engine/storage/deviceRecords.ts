import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeviceRecord, DeviceRecords, DeviceRecordsOfModel } from '../generate/deviceRecords.ts';
import type { Device } from '../runtime/backend.ts';
import { writeWhole } from './wholeFile.ts';

/** Models remembered, the latest. */
const MOST_MODELS = 200;
const DEVICES: readonly string[] = ['cpu', 'webgpu', 'wasm'] satisfies Device[];

/** A record in the file: of a try also the process that makes it, and what was known before. */
type Stored = DeviceRecord & { readonly process?: number; readonly before?: DeviceRecord };
type StoredOfModel = Partial<Record<Device, Stored>>;

/** How models ran on the devices of this machine, in a JSON file. One that is missing or damaged remembers nothing. */
export class FileDeviceRecords implements DeviceRecords {
  readonly #path: string;
  readonly #machine: string;

  /** @param machine tells this machine's GPUs and drivers apart from others and earlier ones, whose records are not read */
  constructor(path: string, machine: string) {
    this.#path = path;
    this.#machine = machine;
  }

  async read(model: string): Promise<DeviceRecordsOfModel> {
    const records = Object.entries((await this.#all())[this.#keyOf(model)] ?? {}).map(([device, record]) => [
      device,
      settled(record),
    ]);
    return Object.fromEntries(records.filter(([, record]) => record !== undefined));
  }

  async write(model: string, device: Device, record: DeviceRecord | undefined): Promise<void> {
    const key = this.#keyOf(model);
    const { [key]: before, ...others } = await this.#all();
    const { [device]: present, ...rest } = before ?? {};
    const known = present && settled(present);
    const stored = record?.state === 'trying' ? { ...record, process: process.pid, ...(known && { before: known }) } : record;
    const records = { ...rest, ...(stored && { [device]: stored }) };
    const entries = [...Object.entries(others), ...(Object.keys(records).length > 0 ? [[key, records] as const] : [])];
    await mkdir(dirname(this.#path), { recursive: true });
    await writeWhole(this.#path, JSON.stringify(Object.fromEntries(entries.slice(-MOST_MODELS))));
  }

  #keyOf(model: string): string {
    return `${model} ${this.#machine}`;
  }

  async #all(): Promise<Record<string, StoredOfModel>> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path, 'utf8'));
      return Object.fromEntries(entriesOf(value).map(([model, records]) => [model, checked(records)]));
    } catch {
      return {};
    }
  }
}

/** A try that another process, such as that of another window, is still about has not failed: then it is as before. */
function settled(record: Stored): DeviceRecord | undefined {
  if (record.state === 'measured') return record;
  const { state, tries, process: by = process.pid, before } = record;
  return by !== process.pid && isAlive(by) ? before : { state, tries };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The valid records of a model. */
function checked(records: unknown): StoredOfModel {
  return Object.fromEntries(entriesOf(records).filter(([device, record]) => DEVICES.includes(device) && isRecord(record)));
}

function isRecord(value: unknown): value is Stored {
  const { state, tries, process: by = 1, before, prefill, decode } = Object.fromEntries(entriesOf(value));
  const isPositive = (number: unknown) => typeof number === 'number' && number > 0;
  if (state === 'measured') return isPositive(prefill) && isPositive(decode);
  return state === 'trying' && isPositive(tries) && isPositive(by) && (before === undefined || isRecord(before));
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
