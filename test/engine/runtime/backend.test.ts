import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadBackend, loadBackendWithoutGpu } from '../../../engine/runtime/backend.ts';

describe('loadBackend', () => {
  afterEach(() => {
    vi.doUnmock('onnxruntime-node');
    vi.resetModules();
  });

  it('takes the native library where it is', async () => {
    expect(await loadBackend('auto', 1)).toMatchObject({ device: 'cpu', notes: [] });
  });

  it('takes WebAssembly where the native library cannot be loaded, and says why', async () => {
    vi.doMock('onnxruntime-node', () => {
      throw new Error('no library for this platform');
    });
    const backend = await loadBackend('auto', 1);
    expect(backend.device).toBe('wasm');
    expect(backend.notes).toHaveLength(1);
    await expect(loadBackend('cpu', 1)).rejects.toMatchObject({ code: 'runtime', message: expect.stringContaining('"wasm"') });
  });

  it('takes another device for models that WebGPU is not supported for, and says so', async () => {
    expect(await loadBackendWithoutGpu('webgpu', 'ONNX folders', 1)).toMatchObject({
      device: 'cpu',
      notes: ["ONNX folders do not run on WebGPU yet; onnxruntime's native library is used."],
    });
    expect(await loadBackendWithoutGpu('cpu', 'ONNX folders', 1)).toMatchObject({ device: 'cpu', notes: [] });
  });
});
