import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadBackend } from '../../../engine/runtime/backend.ts';

/** Stands for onnxruntime on machines with other GPUs. */
function pretend(library: { create: () => Promise<unknown> }): void {
  vi.doMock('onnxruntime-node', async (original) => ({
    ...(await original<typeof import('onnxruntime-node')>()),
    InferenceSession: library,
    env: {},
  }));
}

describe('loadBackend for WebGPU', () => {
  afterEach(() => {
    vi.doUnmock('onnxruntime-node');
    vi.resetModules();
  });

  it('says that there is no GPU, in one line', async () => {
    pretend({
      create: async () => {
        throw new Error('webgpu_context.cc:136 adapter_result.status was false. Failed to get a WebGPU adapter.\n\nat create');
      },
    });
    await expect(loadBackend('webgpu', 1)).rejects.toMatchObject({
      code: 'runtime',
      message:
        'WebGPU cannot be used here: there is no GPU that WebGPU can use (Failed to get a WebGPU adapter.). ' +
        'Set the device to "auto" or "cpu".',
    });
  });

  it('refuses a GPU whose results are wrong', async () => {
    const release = vi.fn(async () => undefined);
    pretend({ create: async () => ({ run: async () => ({ attended: { data: new Float32Array(128 * 256) } }), release }) });
    await expect(loadBackend('webgpu', 1)).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringContaining('computes attention wrong'),
    });
    expect(release).toHaveBeenCalledOnce();
  });

  it('is not chosen by auto, which takes the CPU instead', async () => {
    expect((await loadBackend('auto', 1)).device).toBe('cpu');
  });
});
