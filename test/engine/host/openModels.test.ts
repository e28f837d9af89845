import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PaddockError } from '../../../engine/errors.ts';
import { decoderOver } from '../../../engine/generate/decoderOver.ts';
import type { LanguageModel, LoadOptions, OpenedModel } from '../../../engine/generate/model.ts';
import { Turns } from '../../../engine/generate/turns.ts';
import { ChatTimelines } from '../../../engine/host/chatTimelines.ts';
import { OpenModels } from '../../../engine/host/openModels.ts';
import type { ModelInfo, OpenModelParams } from '../../../engine/host/protocol.ts';
import type { Device } from '../../../engine/runtime/backend.ts';
import type { Batch, LogitRow } from '../../../engine/runtime/modelRuntime.ts';
import { RecoveringRuntime } from '../../../engine/runtime/webgpu/recoveringRuntime.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { type FakeCache, FakeRuntime } from '../../support/fakeRuntime.ts';

vi.mock('../../../engine/generate/languageModel.ts', async (original) => {
  const { loadLanguageModel } = await original<typeof import('../../../engine/generate/languageModel.ts')>();
  return {
    loadLanguageModel: async (location: Parameters<typeof loadLanguageModel>[0], how: (model: OpenedModel) => LoadOptions) => {
      let options: LoadOptions | undefined;
      const model = await loadLanguageModel(location, (opened) => {
        options = how(opened);
        return { ...options, device: 'cpu' };
      });
      return onLosingGpu(model, options as LoadOptions);
    },
  };
});

const WINDOW = 200;
const params: OpenModelParams = { role: 'completion', path: defaultModel, device: 'webgpu', threads: 1, window: WINDOW };

/** A device that is lost at the next run after it is said to be. */
class LosingRuntime extends FakeRuntime {
  isLost = false;

  override run(batch: Batch, cache: FakeCache): Promise<LogitRow[]> {
    if (this.isLost) throw new PaddockError('runtime', 'onnxruntime failed: device lost');
    return super.run(batch, cache);
  }
}

let devices: LosingRuntime[] = [];

/** The model over a GPU that can be lost twice: it is then loaded with half the window, and at last on the CPU with all of it. */
async function onLosingGpu(model: LanguageModel, { onDeviceChange }: LoadOptions): Promise<LanguageModel> {
  await model.dispose();
  const open = async () => {
    const runtime = new LosingRuntime({ contextLength: WINDOW, canBranch: false });
    devices.push(runtime);
    return runtime;
  };
  const next: Device[] = ['webgpu', 'cpu'];
  const replacements = [0.5, 1].map((windowShare) => ({ windowShare, open }));
  const runtime = new RecoveringRuntime(await open(), replacements, () => {
    onDeviceChange?.(next.shift() as Device, `The GPU was lost; ${devices.length} loads.`);
  });
  return { ...model, ...decoderOver(runtime, { ...model, device: 'webgpu' }) };
}

describe('the status of a model whose GPU was lost', () => {
  let told: Pick<ModelInfo, 'device' | 'window' | 'notes'>[] = [];
  let models: OpenModels;

  beforeEach(() => {
    [devices, told] = [[], []];
    models = new OpenModels(new Turns(), new ChatTimelines(), (_, { device, window, notes }) => {
      told.push({ device, window, notes });
    });
  });

  async function lose(): Promise<number> {
    (devices.at(-1) as LosingRuntime).isLost = true;
    const { session } = models.openedFor('completion');
    await session.sync([1, 2, 3]);
    return session.contextLength;
  }

  it('says the window and the device that hold now, also where the window has become larger again', async () => {
    const { notes } = await models.open(params);
    expect([await lose(), await lose()]).toEqual([WINDOW / 2, WINDOW]);
    const lost = (loads: number) => `The GPU was lost; ${loads} loads.`;
    expect(told).toEqual([
      { device: 'webgpu', window: WINDOW / 2, notes: [...notes, lost(2)] },
      { device: 'cpu', window: WINDOW, notes: [...notes, lost(2), lost(3)] },
    ]);
    expect(models.openedFor('completion').info).toMatchObject(told[1] as object);
  });

  it('says what is left of a window that is chosen afterwards', async () => {
    await models.open(params);
    await lose();
    const { window } = await models.open({ ...params, window: 160 });
    expect(window).toBe(80);
    expect(models.openedFor('completion').session.contextLength).toBe(80);
  });
});
