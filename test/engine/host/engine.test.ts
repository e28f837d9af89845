import { afterEach, describe, expect, it, vi } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { OpenModelParams } from '../../../engine/host/protocol.ts';
import { defaultModel } from '../../support/defaultModel.ts';

/** A machine on which nothing else takes or gives back memory. */
const FREE = 2 ** 40;
vi.mock('../../../engine/host/freeMemory.ts', () => ({ freeMemory: () => FREE }));

const params: OpenModelParams = { role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 512 };

describe('opening the open model again', () => {
  const engine = new Engine();
  afterEach(() => engine.close());

  it('with another window replaces the timeline and keeps the model loaded', async () => {
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

  it('changes nothing when it was cancelled before its turn', async () => {
    const { window } = await engine.open(params);
    const opening = engine.open({ ...params, window: 256 }, { signal: AbortSignal.abort() });
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    expect(engine.opened.info.window).toBe(window);
  });

  it('with anything else changed, or nothing, loads it again', async () => {
    await engine.open(params);
    const { model } = engine.opened;
    await engine.open({ ...params, window: 256, threads: 2 });
    const other = engine.opened.model;
    expect(other).not.toBe(model);
    await engine.open({ ...params, window: 256, threads: 2 });
    expect(engine.opened.model).not.toBe(other);
  });
});

it('memory for a new model in its place includes what the open model has taken, of its window only the filled part', async () => {
  const engine = new Engine();
  const given = async () => (await engine.inspect(defaultModel)).freeBytes - FREE;
  expect(await given()).toBe(0);
  const { weightBytes, contextLength } = await engine.open({ ...params, window: 0 });
  const { model } = engine.opened;
  const empty = await given();
  expect(empty).toBeGreaterThan(weightBytes);
  expect(empty).toBeLessThan(model.memory(contextLength).totalBytes - model.memory(contextLength).cacheBytes);
  await engine.complete({ prefix: 'const a = 1;\n'.repeat(40), suffix: '', path: 'a.ts', maxTokens: 4, multiline: false });
  expect(await given()).toBe(model.memory(engine.opened.session.visible.length).totalBytes);
  expect(await given()).toBeGreaterThan(empty);
  await engine.close();
});

it('memory for a new model does not include what the model of another role has yet to take', async () => {
  const engine = new Engine();
  await engine.open({ ...params, role: 'chat', window: 0 });
  const { freeBytes: beside } = await engine.inspect(defaultModel);
  const { freeBytes: inItsPlace } = await engine.inspect(defaultModel, 'chat');
  const { memoryBytes } = await engine.open({ ...params, window: 0 });
  expect(inItsPlace - beside).toBe(memoryBytes);
  expect(beside).toBeLessThan(FREE);
  await engine.close();
});
