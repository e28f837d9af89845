import { afterEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { OpenModelParams } from '../../../engine/host/protocol.ts';
import { defaultModel } from '../defaultModel.ts';

const params: OpenModelParams = { role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 512 };

describe('opening the open model again', () => {
  const engine = new Engine();
  afterEach(() => engine.close());

  it('with another window changes the timeline and keeps the model loaded', async () => {
    const first = await engine.open(params);
    const { model } = engine.opened;
    const second = await engine.open({ ...params, window: 256 });
    expect(engine.opened.model).toBe(model);
    expect(engine.opened.session.contextLength).toBe(256);
    expect(second.window).toBe(256);
    expect(second.memoryBytes).toBeLessThan(first.memoryBytes);
    const request = { prefix: 'const a = ', suffix: '', path: 'a.ts', maxTokens: 4, multiline: false };
    expect((await engine.complete(request)).stats.promptTokens).toBeGreaterThan(0);
    expect((await engine.open({ ...params, window: 0 })).window).toBe(first.contextLength);
    expect(engine.opened.model).toBe(model);
  });

  it('with anything else changed, or nothing, reads it again', async () => {
    await engine.open(params);
    const { model } = engine.opened;
    await engine.open({ ...params, window: 256, threads: 2 });
    const other = engine.opened.model;
    expect(other).not.toBe(model);
    await engine.open({ ...params, window: 256, threads: 2 });
    expect(engine.opened.model).not.toBe(other);
  });
});
