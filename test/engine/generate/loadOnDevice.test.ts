import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PaddockError } from '../../../engine/errors.ts';
import {
  type DeviceRecord,
  type DeviceRecords,
  type DeviceRecordsOfModel,
  PROBE,
} from '../../../engine/generate/deviceRecords.ts';
import { loadingOf } from '../../../engine/generate/loadOnDevice.ts';
import type { Decoder, LoadOptions, ModelConfig } from '../../../engine/generate/model.ts';
import type { Backend, Device } from '../../../engine/runtime/backend.ts';
import type { Batch, LogitRow } from '../../../engine/runtime/modelRuntime.ts';
import { type FakeCache, FakeRuntime } from '../../support/fakeRuntime.ts';

vi.mock('../../../engine/runtime/backend.ts', async (original) => ({
  ...(await original<typeof import('../../../engine/runtime/backend.ts')>()),
  loadBackend: async (wish: 'auto' | Device): Promise<Partial<Backend>> => {
    const device = wish === 'auto' ? 'cpu' : wish;
    if (device === 'webgpu') await machine.touch('probe');
    return { device, notes: [], ort: { env: { versions: { node: machine.version } } } as Backend['ort'] };
  },
}));

type Step = 'probe' | 'load' | 'run';

/** What happens on the GPU: each touch is counted, and one step of it may fail or end the process. */
const machine = {
  touched: [] as Step[],
  crashesAt: undefined as Step | undefined,
  failsAt: undefined as Step | undefined,
  /** Of onnxruntime. */
  version: '1.30.0',

  async touch(step: Step): Promise<void> {
    machine.touched.push(step);
    if (machine.crashesAt === step) await new Promise<never>(() => crashed.resolve(true));
    if (machine.failsAt === step) throw new PaddockError('runtime', `The GPU fails at the ${step}.`);
  },
};
/** Stands for the end of the process. */
let crashed = Promise.withResolvers<true>();

class FakeGpuRuntime extends FakeRuntime {
  override async run(batch: Batch, cache: FakeCache): Promise<LogitRow[]> {
    await machine.touch('run');
    return super.run(batch, cache);
  }
}

let held: Map<string, DeviceRecordsOfModel>;
let written: string[];
const isProbe = (key: string) => key.startsWith(`${PROBE} `);

const records: DeviceRecords = {
  read: async (key) => held.get(key) ?? {},
  async write(key, device, record) {
    held.set(key, { ...held.get(key), [device]: record });
    written.push(`${isProbe(key) ? 'probe' : device} ${record?.state ?? 'forgotten'}`);
  },
};

beforeEach(() => {
  Object.assign(machine, { touched: [], crashesAt: undefined, failsAt: undefined, version: '1.30.0' });
  [held, written] = [new Map(), []];
});

/** Opens the model in a process of its own. @returns undefined if that crashed */
async function open(options: Partial<LoadOptions> = {}): Promise<Decoder | undefined> {
  crashed = Promise.withResolvers<true>();
  const model = loadingOf({
    path: 'model',
    fileBytes: 1,
    config: { family: 'test' } as ModelConfig,
    parameters: 1,
    whyNotWebGpu: async () => undefined,
    prepare: async ({ device }) => ({
      window: 100,
      memory: (window) => ({ window, weightBytes: 0, cacheBytes: 0, workingBytes: 0, totalBytes: 0 }),
      async load() {
        if (device !== 'webgpu') return new FakeRuntime();
        await machine.touch('load');
        return new FakeGpuRuntime();
      },
    }),
    close: async () => undefined,
  });
  const loading = model.load({ device: 'auto', threads: 1, records, ...options });
  const decoder = await Promise.race([loading, crashed.promise]);
  return decoder === true ? undefined : decoder;
}

const measured = (speed: number): DeviceRecord => ({ state: 'measured', prefill: speed, decode: speed });

/** The model's records once it was measured. */
async function measure(speeds: { readonly cpu: number; readonly webgpu: number }): Promise<void> {
  await open();
  const [key] = [...held.keys()].filter((each) => !isProbe(each));
  held.set(key as string, { cpu: measured(speeds.cpu), webgpu: measured(speeds.webgpu) });
  [machine.touched, written] = [[], []];
}

const NOT_USED =
  'WebGPU is not used: it failed or ended the engine each time it was tried. To try it again, set the device to "webgpu".';

describe('auto, with a driver that ends the process', () => {
  it('tries the GPU twice where it ends at the probe, then takes the CPU, says so, and leaves the GPU alone', async () => {
    machine.crashesAt = 'probe';
    expect([await open(), await open()]).toEqual([undefined, undefined]);
    expect(machine.touched).toEqual(['probe', 'probe']);
    for (const _ of [1, 2]) {
      const decoder = await open();
      expect(decoder?.device).toBe('cpu');
      expect(decoder?.notes).toContain(NOT_USED);
    }
    expect(machine.touched).toEqual(['probe', 'probe']);
  });

  it('does the same where it ends when a model is loaded', async () => {
    machine.crashesAt = 'load';
    expect([await open(), await open()]).toEqual([undefined, undefined]);
    const decoder = await open();
    expect(decoder?.device).toBe('cpu');
    expect(decoder?.notes).toContain(NOT_USED);
    expect(machine.touched.filter((step) => step === 'load')).toHaveLength(2);
    machine.touched = [];
    await open();
    expect(machine.touched).toEqual([]);
  });

  it.each<Step>(['probe', 'load', 'run'])('also where the GPU was measured before, at the %s', async (step) => {
    await measure({ cpu: 10, webgpu: 100 });
    machine.crashesAt = step;
    expect([await open(), await open()]).toEqual([undefined, undefined]);
    expect((await open())?.device).toBe('cpu');
    expect(machine.touched.filter((each) => each === step)).toHaveLength(2);
  });

  it('tries a device chosen by hand as often as it is asked to', async () => {
    machine.crashesAt = 'probe';
    for (const _ of [1, 2, 3]) expect(await open({ device: 'webgpu' })).toBeUndefined();
    expect(machine.touched).toHaveLength(3);
  });
});

describe('auto, with a driver that works', () => {
  it('records each try before it touches the GPU, and that it ended', async () => {
    await open();
    expect(written.slice(0, 2)).toEqual(['probe trying', 'probe forgotten']);
    expect(written.slice(2, 6)).toEqual(['cpu trying', 'cpu measured', 'webgpu trying', 'webgpu measured']);
  });

  it('remembers after a try on the fastest GPU what it has measured', async () => {
    await measure({ cpu: 10, webgpu: 100 });
    const before = structuredClone([...held]);
    expect((await open())?.device).toBe('webgpu');
    expect(written).toEqual(['probe trying', 'probe forgotten', 'webgpu trying', 'webgpu measured']);
    expect([...held]).toEqual(before);
  });

  it('measures the fastest GPU again after a run on it has failed', async () => {
    await measure({ cpu: 10, webgpu: 100 });
    machine.failsAt = 'run';
    expect((await open())?.device).toBe('webgpu');
    expect(written.at(-1)).toBe('webgpu trying');
    [machine.failsAt, written] = [undefined, []];
    await open();
    expect(written).toContain('webgpu measured');
  });

  it('does not touch a GPU that is slower', async () => {
    await measure({ cpu: 100, webgpu: 10 });
    const decoder = await open();
    expect(decoder?.device).toBe('cpu');
    expect(decoder?.notes.join()).toMatch(/A typical request takes: .*native library 2\.88 s, WebGPU 28\.80 s/);
    expect(machine.touched).toEqual([]);
  });

  it('looks for a GPU at each opening as long as there is none, and says so', async () => {
    machine.failsAt = 'probe';
    for (const _ of [1, 2, 3]) {
      expect((await open())?.notes).toEqual(['The GPU fails at the probe.']);
    }
    machine.failsAt = undefined;
    machine.touched = [];
    await open();
    expect(machine.touched).toContain('load');
  });
});

describe('what was recorded', () => {
  it('does not count with another version of onnxruntime, or another number of threads', async () => {
    machine.crashesAt = 'probe';
    await open();
    await open();
    machine.crashesAt = undefined;
    machine.version = '1.31.0';
    for (const threads of [1, 2]) {
      written = [];
      await open({ threads });
      expect(written).toEqual(expect.arrayContaining(['probe forgotten', 'cpu measured', 'webgpu measured']));
    }
  });

  it.each<Step>(['probe', 'load', 'run'])(
    'of tries that ended at the %s is forgotten where the device is chosen by hand and works',
    async (step) => {
      machine.crashesAt = step;
      await open();
      await open();
      expect((await open())?.notes).toContain(NOT_USED);
      machine.crashesAt = undefined;
      await open({ device: 'webgpu' });
      const decoder = await open();
      expect(decoder?.notes).not.toContain(NOT_USED);
      expect(decoder?.notes.join()).toMatch(/A typical request takes: .*WebGPU/);
    },
  );

  it.each(['crashesAt', 'failsAt'] as const)('stays where a device chosen by hand %s a run', async (how) => {
    machine.crashesAt = 'run';
    await open();
    await open();
    machine.crashesAt = undefined;
    machine[how] = 'run';
    await open({ device: 'webgpu' });
    machine[how] = undefined;
    expect((await open())?.notes).toContain(NOT_USED);
  });

  it('is not changed by a device chosen by hand that never failed', async () => {
    await measure({ cpu: 10, webgpu: 100 });
    for (const device of ['cpu', 'webgpu'] as const) expect((await open({ device }))?.device).toBe(device);
    expect(written).toEqual([]);
  });
});
