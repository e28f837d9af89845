import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadBackend } from '../../../engine/runtime/backend.ts';

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
});
