import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ModelInfo } from '../../engine/index.ts';
import type { EngineState } from '../../extension/engineState.ts';
import { type Idleness, IdleUnload, timeToUnload } from '../../extension/idleUnload.ts';

const MINUTE = 60_000;
const idle: Idleness = { minutes: 10, isOpen: true, isInUse: false, idleMs: 0 };

test.each<[string, Partial<Idleness>, number | undefined]>([
  ['used just now', {}, 10 * MINUTE],
  ['not used for a while', { idleMs: 4 * MINUTE }, 6 * MINUTE],
  ['not used for as long as is set', { idleMs: 10 * MINUTE }, 0],
  ['not used for longer', { idleMs: 99 * MINUTE }, 0],
  ['half a minute', { minutes: 0.5 }, 30_000],
  ['never', { minutes: 0, idleMs: 99 * MINUTE }, undefined],
  ['in use', { isInUse: true, idleMs: 99 * MINUTE }, undefined],
  ['no model open', { isOpen: false, idleMs: 99 * MINUTE }, undefined],
])('the time until a model is unloaded, %s', (_name, change, expected) => {
  expect(timeToUnload({ ...idle, ...change })).toBe(expected);
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const model = { name: 'Foal' } as ModelInfo;

/** An engine that is used when the test says so, and counts how often it was unloaded. */
function setUp(minutes: number) {
  const listeners = { state: () => {}, use: () => {} };
  const engine = {
    state: { kind: 'ready', model } as EngineState,
    isInUse: false,
    unloaded: 0,
    onDidChangeState: (listener: () => void) => {
      listeners.state = listener;
      return { dispose: () => undefined };
    },
    onDidUse: (listener: () => void) => {
      listeners.use = listener;
      return { dispose: () => undefined };
    },
    unload: async (rests: boolean) => {
      expect(rests).toBe(true);
      engine.unloaded++;
      become({ kind: 'unloaded', name: model.name, rests: model });
    },
  };
  const become = (state: EngineState) => {
    engine.state = state;
    listeners.state();
  };
  const use = (isInUse: boolean) => {
    engine.isInUse = isInUse;
    listeners.use();
  };
  const setting = { minutes };
  const unloading = new IdleUnload(
    engine,
    () => setting.minutes,
    () => undefined,
  );
  return { engine, unloading, setting, become, use };
}

test('a model is unloaded after the idle time, but not while it works', async () => {
  const { engine, become, use } = setUp(10);
  await vi.advanceTimersByTimeAsync(9 * MINUTE);
  use(true);
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(engine.unloaded).toBe(0);
  use(false);
  await vi.advanceTimersByTimeAsync(10 * MINUTE - 1);
  expect(engine.unloaded).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(engine.unloaded).toBe(1);
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(engine.unloaded).toBe(1);
  become({ kind: 'loading', name: 'Foal' });
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  become({ kind: 'ready', model });
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(engine.unloaded).toBe(2);
});

test('a changed setting applies from the last use; 0 or closing the window ends the wait', async () => {
  const { engine, unloading, setting, become } = setUp(0);
  const set = (minutes: number) => {
    setting.minutes = minutes;
    unloading.follow();
  };
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(engine.unloaded).toBe(0);
  set(61);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(engine.unloaded).toBe(1);
  become({ kind: 'ready', model });
  set(5);
  set(0);
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(engine.unloaded).toBe(1);
  set(90);
  unloading.dispose();
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(engine.unloaded).toBe(1);
});

test('times beyond the range of timers work', async () => {
  const { engine } = setUp(50_000);
  await vi.advanceTimersByTimeAsync(49_999 * MINUTE);
  expect(engine.unloaded).toBe(0);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(engine.unloaded).toBe(1);
});
